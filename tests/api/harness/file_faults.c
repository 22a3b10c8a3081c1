// Lets one call that touches files below a folder fail, or kills the process there. Preloaded into
// a server; file_faults.py gives the orders through a file that both have mapped.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { kLogBytes = 4 << 20 };

// As file_faults.py lays it out. Integers are in the machine's order.
struct Orders {
  uint32_t armed, number;      // number: of the errno; 0 kills
  uint32_t ordinal;            // which of the calls that match, from 1
  uint32_t seen, fired;        // how many matched since it was armed; whether one failed
  uint32_t listing, log_used;  // whether calls are written down, and the bytes written
  char call[32];               // "pwrite"
  char place[512];             // pattern of a path below the root
  char root[512];
  char log[kLogBytes];  // lines "call path"
};

static struct Orders* orders;

__attribute__((constructor)) static void map_orders(void) {
  const char* path = getenv("AXLLAMA_TEST_FILE_FAULTS");
  if (path == NULL) return;
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  if (fd < 0) abort();
  void* mapped = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) abort();
  syscall(SYS_close, fd);
  orders = mapped;
}

static void write_down(const char* call, const char* place) {
  char line[600];
  const int length = snprintf(line, sizeof line, "%s %s\n", call, place);
  const uint32_t at = __atomic_fetch_add(&orders->log_used, (uint32_t)length, __ATOMIC_SEQ_CST);
  if (at + (uint32_t)length <= kLogBytes) memcpy(orders->log + at, line, (size_t)length);
}

// Whether this call, on a path below the root, is to fail; errno is set then.
static int fails_at(const char* call, const char* path) {
  const size_t length = strlen(orders->root);
  if (strncmp(path, orders->root, length) != 0 || path[length] != '/') return 0;
  const char* place = path + length + 1;
  if (__atomic_load_n(&orders->listing, __ATOMIC_SEQ_CST)) write_down(call, place);
  if (!__atomic_load_n(&orders->armed, __ATOMIC_SEQ_CST)) return 0;
  if (strcmp(call, orders->call) != 0 || fnmatch(orders->place, place, 0) != 0) return 0;
  if (__atomic_add_fetch(&orders->seen, 1, __ATOMIC_SEQ_CST) != orders->ordinal) return 0;
  __atomic_store_n(&orders->fired, 1, __ATOMIC_SEQ_CST);
  if (orders->number == 0) syscall(SYS_kill, getpid(), SIGKILL);
  errno = (int)orders->number;
  return 1;
}

static int fails(const char* call, const char* path) {
  const int before = errno;
  if (orders == NULL || !fails_at(call, path)) {
    errno = before;
    return 0;
  }
  return 1;
}

static int fails_fd(const char* call, int fd) {
  if (orders == NULL) return 0;
  const int before = errno;
  char link[64], path[1024];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const long length = syscall(SYS_readlink, link, path, sizeof path - 1);
  errno = before;
  if (length < 0) return 0;
  path[length] = 0;
  return fails(call, path);
}

static int fails_beside(const char* call, int folder, const char* name) {
  if (orders == NULL || name[0] == '/' || folder == AT_FDCWD) return fails(call, name);
  char link[64], path[2048];
  snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
  const long length = syscall(SYS_readlink, link, path, 1000);
  if (length < 0) return 0;
  snprintf(path + length, sizeof path - (size_t)length, "/%s", name);
  return fails(call, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define BY_PATH(type, failed, name, parameters, path, arguments) \
  type name parameters {                                         \
    if (fails(#name, path)) return failed;                       \
    return REAL(name) arguments;                                 \
  }
#define BY_FD(type, name, parameters, fd, arguments) \
  type name parameters {                             \
    if (fails_fd(#name, fd)) return -1;              \
    return REAL(name) arguments;                     \
  }

BY_PATH(int, -1, mkdir, (const char* path, mode_t mode), path, (path, mode))
BY_PATH(int, -1, unlink, (const char* path), path, (path))
BY_PATH(int, -1, remove, (const char* path), path, (path))
BY_PATH(int, -1, rename, (const char* from, const char* to), from, (from, to))
BY_PATH(int, -1, link, (const char* from, const char* to), to, (from, to))
BY_PATH(int, -1, symlink, (const char* from, const char* to), to, (from, to))
BY_PATH(int, -1, chmod, (const char* path, mode_t mode), path, (path, mode))
BY_PATH(int, -1, stat, (const char* path, struct stat* into), path, (path, into))
BY_PATH(int, -1, lstat, (const char* path, struct stat* into), path, (path, into))
BY_PATH(int, -1, statvfs, (const char* path, struct statvfs* into), path, (path, into))
BY_PATH(int, -1, mkostemp, (char* path, int flags), path, (path, flags))
BY_PATH(FILE*, NULL, fopen64, (const char* path, const char* mode), path, (path, mode))

BY_FD(ssize_t, read, (int fd, void* into, size_t room), fd, (fd, into, room))
BY_FD(ssize_t, write, (int fd, const void* bytes, size_t size), fd, (fd, bytes, size))
BY_FD(ssize_t, pread, (int fd, void* into, size_t room, off_t at), fd, (fd, into, room, at))
BY_FD(ssize_t, pwrite, (int fd, const void* bytes, size_t size, off_t at), fd,
      (fd, bytes, size, at))
BY_FD(int, fsync, (int fd), fd, (fd))
BY_FD(int, fdatasync, (int fd), fd, (fd))
BY_FD(int, ftruncate, (int fd, off_t size), fd, (fd, size))
BY_FD(int, fallocate, (int fd, int mode, off_t at, off_t size), fd, (fd, mode, at, size))
BY_FD(int, fchmod, (int fd, mode_t mode), fd, (fd, mode))
BY_FD(int, fstat, (int fd, struct stat* into), fd, (fd, into))
BY_FD(int, flock, (int fd, int how), fd, (fd, how))
BY_FD(ssize_t, copy_file_range,
      (int from, off64_t* at, int to, off64_t* into, size_t size, unsigned flags), to,
      (from, at, to, into, size, flags))

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  if (fails_beside("linkat", to_folder, to)) return -1;
  return REAL(linkat)(from_folder, from, to_folder, to, flags);
}

int unlinkat(int folder, const char* name, int flags) {
  if (fails_beside("unlinkat", folder, name)) return -1;
  return REAL(unlinkat)(folder, name, flags);
}

int utimensat(int folder, const char* name, const struct timespec times[2], int flags) {
  if (fails_beside("utimensat", folder, name)) return -1;
  return REAL(utimensat)(folder, name, times, flags);
}

static mode_t mode_of(int flags, va_list more) {
  return (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
}

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  if (fails("open", path)) return -1;
  return REAL(open)(path, flags, mode);
}

int openat(int folder, const char* name, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  if (fails_beside("openat", folder, name)) return -1;
  return REAL(openat)(folder, name, flags, mode);
}

struct dirent* readdir(DIR* folder) {
  if (fails_fd("readdir", dirfd(folder))) return NULL;
  return REAL(readdir)(folder);
}

// The kernel frees the descriptor whatever it answers.
int close(int fd) {
  const int failed = fails_fd("close", fd);
  const int number = errno;
  const int closed = REAL(close)(fd);
  if (!failed) return closed;
  errno = number;
  return -1;
}
