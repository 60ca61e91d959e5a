#pragma once
// Libraries that not every command needs are opened by the first call of one of their functions:
// finding and binding them and their seventy-odd own libraries takes longer than all of `casebook runs`. Each
// function is defined here under its own name, checked against the library's header, and hidden, so
// that the program's calls come here and those between libraries do not. A linker told `--as-needed`
// then leaves the libraries out of what the program loads.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/// A library, by the names that systems give it.
typedef struct {
  const char *const *names;
  void *handle;
} late_library;

/// Returns the place of a function or variable; ends the program if there is none, as the loader would.
static void *late_symbol(late_library *library, const char *name) {
  void *handle = __atomic_load_n(&library->handle, __ATOMIC_ACQUIRE);
  for (const char *const *file = library->names; !handle && *file; file++)
    handle = dlopen(*file, RTLD_NOW | RTLD_LOCAL);
  void *symbol = handle ? dlsym(handle, name) : NULL;
  if (!symbol) {
    fprintf(stderr, "casebook: %s cannot be loaded: %s\n", library->names[0], dlerror());
    exit(3);
  }
  __atomic_store_n(&library->handle, handle, __ATOMIC_RELEASE);
  return symbol;
}

/// Defines a function of a library.
#define LATE(library, result, name, parameters, arguments)                          \
  __asm__(".hidden " #name);                                                        \
  result name parameters {                                                          \
    static __typeof__(&name) known;                                                 \
    __typeof__(&name) real = __atomic_load_n(&known, __ATOMIC_RELAXED);             \
    if (!real) {                                                                    \
      real = (__typeof__(&name))late_symbol(&library, #name);                       \
      __atomic_store_n(&known, real, __ATOMIC_RELAXED);                             \
    }                                                                               \
    return real arguments;                                                          \
  }
