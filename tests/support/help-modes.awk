# The modes in a --help text, as commands, one a line: "sentinel check". Needs -v tool=NAME.
/^Modes/ { modes = 1; next }
modes && /^$/ { exit }
modes { print tool, $1 }
