# fish completion for seal-keygen; generated from --help, do not edit
complete -c seal-keygen -s o -l output -r -d 'write to FILE, which must not exist (mode 0600)'
complete -c seal-keygen -s y -l recipients -d 'print the recipients of the keys in KEYFILE'
complete -c seal-keygen -s q -l quiet -d 'print errors only'
complete -c seal-keygen -s v -l verbose -d 'print a summary at the end'
complete -c seal-keygen -l log-format -r -d 'text or json (default text)'
complete -c seal-keygen -l progress -r -d 'auto, always or never (default auto)'
complete -c seal-keygen -s h -l help -d 'print this help'
complete -c seal-keygen -l version -d 'print the version'
