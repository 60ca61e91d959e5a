#define _GNU_SOURCE
#include "CSpawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

int spawn_in_group(
    pid_t *id, const char *program, char *const words[], char *const variables[],
    const char *folder, const int ends[3]) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  if ((error = posix_spawnattr_init(&attributes))) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  (void)((error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)) ||
         (error = posix_spawn_file_actions_adddup2(&actions, ends[0], 1)) ||
         (error = posix_spawn_file_actions_adddup2(&actions, ends[1], 2)) ||
         (error = posix_spawn_file_actions_adddup2(&actions, ends[2], 3)) ||
         (error = posix_spawn_file_actions_addclosefrom_np(&actions, 4)) ||
         (error = posix_spawn_file_actions_addchdir_np(&actions, folder)) ||
         (error = posix_spawnattr_setsigdefault(&attributes, &all)) ||
         (error = posix_spawnattr_setsigmask(&attributes, &none)) ||
         (error = posix_spawnattr_setpgroup(&attributes, 0)) ||
         (error = posix_spawnattr_setflags(
              &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)) ||
         (error = posix_spawn(id, program, &actions, &attributes, words, variables)));
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}
