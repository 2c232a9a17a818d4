/* For LD_PRELOAD: lets a test look at the memory of seal. The process stays open to debuggers;
 * with KEEP_SECRETS set, nothing is wiped, so that a search can prove that it would find. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

static int keep(void) {
  static int known = -1;
  if (known < 0) known = getenv("KEEP_SECRETS") != NULL;
  return known;
}

int prctl(int option, ...) {
  (void)option; /* PR_SET_DUMPABLE is the one that seal asks for */
  return 0;
}

void sodium_memzero(void *data, size_t size) {
  if (!keep()) explicit_bzero(data, size);
}

void sodium_free(void *data) {
  static void (*real)(void *);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "sodium_free");
  if (!keep()) real(data);
}
