#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/memfd.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the C library declares only under _GNU_SOURCE. Each returns what its system call does, or -1 with errno. */

/* renameat2(2) with RENAME_NOREPLACE.
   Returns 0, or -1 with errno: EEXIST where `target` exists, EINVAL where the file system cannot. */
static inline int clinux_rename_to_new(const char *_Nonnull source, const char *_Nonnull target) {
  return (int)syscall(SYS_renameat2, AT_FDCWD, source, AT_FDCWD, target, RENAME_NOREPLACE);
}

/* memfd_create(2): memory with a descriptor, closed on exec, that can be sealed. */
static inline int clinux_memory_file(const char *_Nonnull name) {
  return (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

/* fcntl(2) with F_ADD_SEALS: nobody, whatever descriptor they hold, can shrink the memory any more. */
static inline int clinux_seal_against_shrinking(int descriptor) {
  enum { f_add_seals = 1024 + 9, f_seal_seal = 1, f_seal_shrink = 2 };
  return fcntl(descriptor, f_add_seals, f_seal_shrink | f_seal_seal);
}

/* prlimit(2): the soft limit of another process; its hard limit stays. */
static inline int clinux_limit(pid_t process, int resource, uint64_t soft) {
  uint64_t limit[2];
  if (syscall(SYS_prlimit64, process, resource, 0, limit) != 0) return -1;
  limit[0] = soft < limit[1] ? soft : limit[1];
  return (int)syscall(SYS_prlimit64, process, resource, limit, 0);
}

/* Whether a process has the file open for writing, as far as the kernel tells: it grants a read lease (fcntl(2),
   F_SETLEASE) on no such file. It tells only the file's owner, and not on every file system.
   The lease ends at once; who opens the file for writing meanwhile waits for that, and SIGURG, which is ignored, comes
   of it instead of SIGIO, which would end the process. */
static inline int clinux_has_writer(int descriptor) {
  enum { f_setsig = 10, f_setlease = 1024, sigurg = 23 };
  if (fcntl(descriptor, f_setsig, sigurg) != 0) return 0;
  if (fcntl(descriptor, f_setlease, F_RDLCK) != 0) return errno == EAGAIN;
  fcntl(descriptor, f_setlease, F_UNLCK);
  return 0;
}

/* fflush(3) of standard output. Returns whether that and everything before could be written; each failure is told once. */
static inline int clinux_flush_output(void) {
  int is_whole = fflush(stdout) == 0 && !ferror(stdout);
  clearerr(stdout);
  return is_whole;
}

/* tgkill(2): a signal to one thread; 0 only asks whether it could be sent. */
static inline int clinux_signal_thread(pid_t process, pid_t thread, int signal) {
  return (int)syscall(SYS_tgkill, process, thread, signal);
}

/* sched_getaffinity(2): asks on which processors another process may run, and tells only whether it was answered. */
static inline int clinux_ask_for_processors(pid_t process) {
  uint64_t processors[128];
  return (int)syscall(SYS_sched_getaffinity, process, sizeof processors, processors);
}

/* futex(2) with FUTEX_TRYLOCK_PI on a lock that is free. */
static inline int clinux_lock_inheriting_priority(void) {
  enum { futex_trylock_pi = 8 };
  uint32_t lock = 0;
  return (int)syscall(SYS_futex, &lock, futex_trylock_pi, 0, 0, 0, 0);
}

/* posix_spawn(3): the child closes every descriptor from `first` on, and starts in `folder`.
   Each returns 0, or an error number. */
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *_Nonnull actions, int first);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *_Nonnull actions, const char *_Nonnull folder);
#endif
