/* The start of an AppImage of type 2: this program, with a squashfs image behind it.

   The usual runtime mounts the image by FUSE, which many desktops no longer have. This one unpacks it once,
   into ~/.cache/softphone.appimage/BUILD, and starts AppRun from there. Whoever runs holds a shared lock; the
   next version takes away what nobody holds.

       --appimage-extract    unpack into ./squashfs-root
       --appimage-offset     where in the file the image begins
       --appimage-version    what this is

   NAME and BUILD are given by the compiler. Source: AppImage specification, type 2 image format. */

#define _GNU_SOURCE
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#undef _POSIX_C_SOURCE /* squashfuse's own configuration sets it */
#include <squashfuse.h>

#define LOCK ".lock"

/* libsquashfuse can read five kinds of compression. The image has one, so that no other need be linked. */
int lzo1x_decompress_safe(void) { return -1; }
int lzma_stream_buffer_decode(void) { return -1; }
int LZ4_decompress_safe(void) { return -1; }
int uncompress(void) { return -1; }

static bool fail(const char *what) {
    fprintf(stderr, NAME ".AppImage: %s: %s\n", what, strerror(errno));
    return false;
}

static bool join(char *path, const char *folder, const char *name, const char *end) {
    if (snprintf(path, PATH_MAX, "%s/%s%s", folder, name, end) < PATH_MAX) return true;
    errno = ENAMETOOLONG;
    return fail(name);
}

static bool make_folder(const char *path, mode_t mode) {
    return mkdir(path, mode) == 0 || errno == EEXIST || fail(path);
}

/* Where the image begins: behind the last of the program's own parts. */
static long image_offset(const char *self) {
    Elf64_Ehdr head;
    FILE *file = fopen(self, "rb");
    bool whole = file && fread(&head, sizeof head, 1, file) == 1;
    if (file) fclose(file);
    return whole ? (long)(head.e_shoff + (Elf64_Off)head.e_shentsize * head.e_shnum) : -1;
}

static bool write_file(sqfs *image, sqfs_inode *inode, const char *path) {
    static char block[1 << 20];
    uint64_t size = inode->xtra.reg.file_size, done = 0;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, inode->base.mode & 0777);
    if (file < 0) return fail(path);
    while (done < size) {
        sqfs_off_t read = sizeof block;
        if (sqfs_read_range(image, inode, (sqfs_off_t)done, &read, block) || read <= 0) break;
        if (write(file, block, (size_t)read) != read) break;
        done += (uint64_t)read;
    }
    return (close(file) == 0 && done == size) || fail(path);
}

static bool write_link(sqfs *image, sqfs_inode *inode, const char *path) {
    char target[PATH_MAX];
    size_t size = sizeof target;
    return (!sqfs_readlink(image, inode, target, &size) && !symlink(target, path)) || fail(path);
}

static bool write_entry(sqfs *image, sqfs_dir_entry *entry, const char *path) {
    sqfs_inode inode;
    if (sqfs_inode_get(image, &inode, sqfs_dentry_inode(entry))) return fail(path);
    switch (inode.base.inode_type) {
        case SQUASHFS_DIR_TYPE:
        case SQUASHFS_LDIR_TYPE: return make_folder(path, 0755);
        case SQUASHFS_SYMLINK_TYPE:
        case SQUASHFS_LSYMLINK_TYPE: return write_link(image, &inode, path);
        case SQUASHFS_REG_TYPE:
        case SQUASHFS_LREG_TYPE: return write_file(image, &inode, path);
        default: errno = EINVAL; return fail(path);
    }
}

static bool unpack(const char *self, long offset, const char *folder) {
    sqfs image;
    sqfs_traverse walk;
    sqfs_err error = SQFS_OK;
    char path[PATH_MAX];
    errno = EINVAL;
    if (sqfs_open_image(&image, self, (size_t)offset)) return fail(self);
    if (!make_folder(folder, 0755)) return false;
    if (sqfs_traverse_open(&walk, &image, sqfs_inode_root(&image))) return fail(self);
    while (sqfs_traverse_next(&walk, &error)) {
        if (walk.dir_end) continue;
        if (!join(path, folder, walk.path, "") || !write_entry(&image, &walk.entry, path)) return false;
    }
    return error == SQFS_OK || fail(self);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static void remove_folder(const char *path) { nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

/* Other versions that nobody runs. */
static void sweep(const char *cache) {
    DIR *folder = opendir(cache);
    struct dirent *entry;
    char lock[PATH_MAX], path[PATH_MAX];
    while (folder && (entry = readdir(folder))) {
        size_t length = strlen(entry->d_name), end = strlen(LOCK);
        if (length <= end || strcmp(entry->d_name + length - end, LOCK)) continue;
        if (!strcmp(entry->d_name, BUILD LOCK) || !join(lock, cache, entry->d_name, "")) continue;
        int held = open(lock, O_RDWR | O_CLOEXEC);
        if (held < 0) continue;
        memcpy(path, lock, sizeof path);
        path[strlen(path) - end] = 0;
        if (!flock(held, LOCK_EX | LOCK_NB) && !access(path, F_OK)) remove_folder(path);
        close(held);
    }
    if (folder) closedir(folder);
}

/* The user's own folder for what can be made again; nobody else may write there. */
static bool find_cache(char *path) {
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    struct stat status;
    char parent[PATH_MAX];
    if (cache && *cache == '/') {
        if (!join(parent, cache, "", "")) return false;
    } else if (home && *home == '/') {
        if (!join(parent, home, ".cache", "")) return false;
    } else {
        errno = ENOENT;
        return fail("$HOME");
    }
    if (!make_folder(parent, 0700) || !join(path, parent, NAME ".appimage", "") || !make_folder(path, 0700))
        return false;
    if (lstat(path, &status) || !S_ISDIR(status.st_mode) || status.st_uid != getuid()) {
        errno = EPERM;
        return fail(path);
    }
    return true;
}

/* What is started, unpacked and held: the lock goes with the process. A second start waits for the first. */
static bool settle(const char *self, long offset, char *folder) {
    char cache[PATH_MAX], lock[PATH_MAX], half[PATH_MAX];
    if (!find_cache(cache) || !join(folder, cache, BUILD, "")) return false;
    if (!join(lock, cache, BUILD, LOCK) || !join(half, cache, BUILD, ".new")) return false;
    int held = open(lock, O_RDWR | O_CREAT, 0600);
    if (held < 0 || flock(held, LOCK_SH)) return fail(lock);
    while (access(folder, X_OK)) {
        if (flock(held, LOCK_EX)) return fail(lock);
        if (access(folder, X_OK)) {
            remove_folder(half);
            if (!unpack(self, offset, half)) return false;
            if (rename(half, folder)) return fail(folder);
        }
        if (flock(held, LOCK_SH)) return fail(lock); /* not in one step: look again whether it is there */
    }
    sweep(cache);
    return true;
}

int main(int count, char **arguments) {
    char self[PATH_MAX], folder[PATH_MAX], program[PATH_MAX];
    const char *asked = count > 1 ? arguments[1] : "";
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0) return fail("/proc/self/exe"), EXIT_FAILURE;
    self[length] = 0;
    long offset = image_offset(self);
    if (offset < 0) return fail(self), EXIT_FAILURE;
    if (!strcmp(asked, "--appimage-offset")) return printf("%ld\n", offset) < 0;
    if (!strcmp(asked, "--appimage-version")) return puts(NAME " " BUILD ", AppImage type 2, unpacking") < 0;
    if (!strcmp(asked, "--appimage-extract")) return !unpack(self, offset, "squashfs-root");
    if (!settle(self, offset, folder) || !join(program, folder, "AppRun", "")) return EXIT_FAILURE;
    setenv("APPIMAGE", self, 1);
    setenv("APPDIR", folder, 1);
    setenv("ARGV0", arguments[0], 1);
    arguments[0] = program;
    execv(program, arguments);
    return fail(program), EXIT_FAILURE;
}
