// Part of godwit. SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinuxFiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

static long checked(long result) { return result < 0 ? -errno : result; }

int godwit_openat(int directory, const char *path, int flags, unsigned mode) {
    return (int)checked(openat(directory, path, flags | O_CLOEXEC | O_NOFOLLOW, mode));
}

int godwit_openat_beneath(int directory, const char *path, int flags, unsigned mode) {
    struct open_how how = {
        .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC | O_NOFOLLOW),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    // EAGAIN: something was renamed while the kernel resolved the path; it asks to try again.
    for (int attempt = 0;; attempt++) {
        long result = checked(syscall(SYS_openat2, directory, path, &how, sizeof how));
        if (result != -EAGAIN || attempt == 16) return (int)result;
    }
}

int godwit_openat_following(int directory, const char *path, int flags, unsigned mode) {
    return (int)checked(openat(directory, path, flags | O_CLOEXEC, mode));
}

int godwit_open_directory(int directory, const char *path, int follows) {
    if (follows) return godwit_openat_following(directory, path, O_PATH | O_DIRECTORY, 0);
    return godwit_openat(directory, path, O_PATH | O_DIRECTORY, 0);
}

long godwit_getdents(int directory, void *buffer, size_t size) {
    return checked(syscall(SYS_getdents64, directory, buffer, size));
}

size_t godwit_dirent(const void *buffer, size_t position, const char **name, size_t *length, unsigned char *type) {
    const struct dirent64 *record = (const struct dirent64 *)((const char *)buffer + position);
    *name = record->d_name;
    *length = strlen(record->d_name);
    *type = record->d_type;
    return position + record->d_reclen;
}

int godwit_rename_new(int directory, const char *from, const char *to) {
    long result = checked(renameat2(directory, from, directory, to, RENAME_NOREPLACE));
    if (result != -EINVAL && result != -ENOSYS) return (int)result;
    // Some file systems lack the flag; a hard link refuses a taken name as well.
    result = checked(linkat(directory, from, directory, to, 0));
    return (int)(result < 0 ? result : checked(unlinkat(directory, from, 0)));
}

int godwit_fallocate(int file, int64_t size) {
    int result = (int)checked(fallocate(file, 0, 0, size));
    if (result != -EOPNOTSUPP && result != -ENOSYS) return result;
    return (int)checked(ftruncate(file, size));
}

int64_t godwit_memory_room(int file) {
    struct statfs system;
    if (fstatfs(file, &system) < 0) return -errno;
    if (system.f_type != TMPFS_MAGIC) return -ENOTSUP;
    return (int64_t)system.f_bavail * system.f_bsize;
}

int godwit_syncfs(int file) { return (int)checked(syncfs(file)); }

int godwit_lock(int file, int waits) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int result = (int)checked(fcntl(file, waits ? F_OFD_SETLKW : F_OFD_SETLK, &lock));
    return result == -EACCES ? -EAGAIN : result;
}

long godwit_listxattr(int file, char *names, size_t size) { return checked(flistxattr(file, names, size)); }

long godwit_getxattr(int file, const char *name, void *value, size_t size) {
    return checked(fgetxattr(file, name, value, size));
}

long godwit_getxattr_at(const char *path, const char *name, void *value, size_t size) {
    return checked(getxattr(path, name, value, size));
}

int godwit_setxattr(int file, const char *name, const void *value, size_t size) {
    return (int)checked(fsetxattr(file, name, value, size, 0));
}

int godwit_removexattr(int file, const char *name) { return (int)checked(fremovexattr(file, name)); }
