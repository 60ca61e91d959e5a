#pragma once

#include <sys/types.h>

/// Starts a program in a folder and a process group of its own.
///
/// It reads nothing, writes to the three descriptors (as 1, 2 and 3), inherits no other, and has the
/// standard action for every signal. The functions of glibc that this takes are hidden from Swift.
///
/// Returns 0, or the error number.
int spawn_in_group(
    pid_t *id, const char *program, char *const words[], char *const variables[],
    const char *folder, const int ends[3]);
