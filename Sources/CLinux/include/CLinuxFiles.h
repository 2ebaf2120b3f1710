// Part of godwit. SPDX-License-Identifier: Apache-2.0
// File system calls that are variadic, younger than the C library, or hidden behind feature macros.
// Each returns what the system call returns, or the negated errno.
#ifndef GODWIT_CLINUX_FILES_H
#define GODWIT_CLINUX_FILES_H

#include <stddef.h>
#include <stdint.h>

/// Opens without following a symbolic link in the last component, close-on-exec.
int godwit_openat(int directory, const char *path, int flags, unsigned mode);

/// As godwit_openat, and no component may be a symbolic link or lead out of the directory (openat2(2)).
/// -ENOSYS where the kernel or a sandbox has no openat2.
int godwit_openat_beneath(int directory, const char *path, int flags, unsigned mode);

/// Opens following symbolic links, close-on-exec.
int godwit_openat_following(int directory, const char *path, int flags, unsigned mode);

/// A descriptor that only names a directory, for use by the other calls.
int godwit_open_directory(int directory, const char *path, int follows);

/// Raw directory records (getdents64(2)).
long godwit_getdents(int directory, void *buffer, size_t size);

/// One record behind `position` of what godwit_getdents filled; returns the position behind it.
size_t godwit_dirent(const void *buffer, size_t position, const char **name, size_t *length, unsigned char *type);

/// Renames within a directory; fails with -EEXIST if the new name is taken.
int godwit_rename_new(int directory, const char *from, const char *to);

/// Reserves `size` bytes for the file (fallocate(2)).
int godwit_fallocate(int file, int64_t size);

/// Bytes free in the file system of `file` if that keeps its files in memory (tmpfs); -ENOTSUP for any other.
int64_t godwit_memory_room(int file);

/// Writes the file system of `file` to disk (syncfs(2)).
int godwit_syncfs(int file);

/// Locks the whole file for this open file description (F_OFD_SETLK, fcntl(2)); the kernel frees the lock when the last
/// descriptor of it closes. -EAGAIN where another one holds it, unless `waits`.
int godwit_lock(int file, int waits);

/// The names of the file's extended attributes, each with a zero behind it (flistxattr(2)).
long godwit_listxattr(int file, char *names, size_t size);

/// The value of an extended attribute (fgetxattr(2)); of the file at a path (getxattr(2)).
long godwit_getxattr(int file, const char *name, void *value, size_t size);
long godwit_getxattr_at(const char *path, const char *name, void *value, size_t size);

/// Gives the file an extended attribute, or another value of it (fsetxattr(2)); takes one away (fremovexattr(2)).
int godwit_setxattr(int file, const char *name, const void *value, size_t size);
int godwit_removexattr(int file, const char *name);

#endif
