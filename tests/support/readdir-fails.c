// For LD_PRELOAD: readdir(3) fails with EIO once it has returned READDIR_FAILS_AFTER entries.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

struct dirent* readdir(DIR* directory) {
  static int entries;
  const char* const limit = getenv("READDIR_FAILS_AFTER");
  if (limit != NULL && entries++ >= atoi(limit)) {
    errno = EIO;
    return NULL;
  }
  struct dirent* (*const real)(DIR*) = (struct dirent * (*)(DIR*)) dlsym(RTLD_NEXT, "readdir");
  return real(directory);
}
