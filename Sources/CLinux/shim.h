#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* renameat2(2) with RENAME_NOREPLACE, which the C library declares only under _GNU_SOURCE.
   Returns 0, or -1 with errno: EEXIST where `target` exists, EINVAL where the file system cannot. */
static inline int clinux_rename_to_new(const char *_Nonnull source, const char *_Nonnull target) {
  return (int)syscall(SYS_renameat2, AT_FDCWD, source, AT_FDCWD, target, RENAME_NOREPLACE);
}
#endif
