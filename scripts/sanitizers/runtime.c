// Part of godwit. SPDX-License-Identifier: Apache-2.0
//
// Shows ThreadSanitizer where two threads meet inside of Swift's runtime, whose libraries are not instrumented. Without
// it, correct code is reported. Loaded before the tests by scripts/sanitize.
//
// - Mutex: the uncontended lock and unlock are inlined where they are called and are seen; the contended ones are
//   _MutexHandle's _lockSlow and _unlockSlow (stdlib/public/Synchronization/Mutex/LinuxImpl.swift).
// - Continuations: the runtime itself shows how a suspended task is resumed, but not that one was resumed before its
//   task came to wait for it (swift_continuation_await in stdlib/public/Concurrency/Task.cpp). An unchecked one does so
//   in our code and is helped here. A checked one does so within the library, out of reach, so whatever is handed over
//   with one is guarded by a Mutex too.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

// Weak: the package manager, which starts the tests, loads this too and has no sanitizer in it.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

static void acquire(void *address) {
    if (__tsan_acquire) __tsan_acquire(address);
}

static void release(void *address) {
    if (__tsan_release) __tsan_release(address);
}

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

__attribute__((swiftcall)) void lock_slow(uint32_t thread, __attribute__((swift_context)) void *mutex) __asm__(LOCK_SLOW);
__attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *mutex) __asm__(UNLOCK_SLOW);

__attribute__((swiftcall)) void lock_slow(uint32_t thread, __attribute__((swift_context)) void *mutex) {
    __typeof__(lock_slow) *original = dlsym(RTLD_NEXT, LOCK_SLOW);
    original(thread, mutex);
    acquire(mutex);
}

__attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *mutex) {
    __typeof__(unlock_slow) *original = dlsym(RTLD_NEXT, UNLOCK_SLOW);
    release(mutex);
    original(mutex);
}

__attribute__((swiftcall)) void *swift_task_getCurrent(void);

// Where a task goes on that waits for a continuation; the beginning of AsyncContext in include/swift/ABI/Task.h.
struct context {
    void *parent;
    __attribute__((swiftasynccall)) void (*resume)(__attribute__((swift_async_context)) struct context *);
};

// The contexts that are waited in. Locked by hand: a lock that the sanitizer sees would order all tasks, and hide what it
// looks for.
static struct waiting {
    struct waiting *next;
    struct context *context;
    __typeof__(((struct context *)0)->resume) resume;
} *waiting[4096];
static atomic_flag lock = ATOMIC_FLAG_INIT;

static struct waiting **lock_bucket(struct context *context) {
    while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire)) sched_yield();
    return &waiting[(uintptr_t)context / 16 % (sizeof waiting / sizeof *waiting)];
}

static void unlock(void) { atomic_flag_clear_explicit(&lock, memory_order_release); }

// Goes on behind a continuation. A task waits for one at a time, so its own address stands for it.
__attribute__((swiftasynccall)) static void go_on(__attribute__((swift_async_context)) struct context *context) {
    struct waiting **place = lock_bucket(context);
    while ((*place)->context != context) place = &(*place)->next;
    struct waiting *mine = *place;
    *place = mine->next;
    unlock();
    __typeof__(mine->resume) resume = mine->resume;
    free(mine);
    acquire(swift_task_getCurrent());
    __attribute__((musttail)) return resume(context);
}

// Whether the result is there already is decided within: only behind it is it sure that it is.
__attribute__((swiftasynccall)) void swift_continuation_await(struct context *context) {
    __typeof__(swift_continuation_await) *original = dlsym(RTLD_NEXT, "swift_continuation_await");
    struct waiting *mine = malloc(sizeof *mine);
    if (!mine) abort();
    *mine = (struct waiting){.context = context, .resume = context->resume};
    context->resume = go_on;
    struct waiting **bucket = lock_bucket(context);
    mine->next = *bucket;
    *bucket = mine;
    unlock();
    __attribute__((musttail)) return original(context);
}

__attribute__((swiftcall)) void swift_continuation_resume(void *task) {
    __typeof__(swift_continuation_resume) *original = dlsym(RTLD_NEXT, "swift_continuation_resume");
    release(task);
    original(task);
}

__attribute__((swiftcall)) void swift_continuation_throwingResume(void *task) {
    __typeof__(swift_continuation_throwingResume) *original = dlsym(RTLD_NEXT, "swift_continuation_throwingResume");
    release(task);
    original(task);
}

__attribute__((swiftcall)) void swift_continuation_throwingResumeWithError(void *task, void *error) {
    __typeof__(swift_continuation_throwingResumeWithError) *original =
        dlsym(RTLD_NEXT, "swift_continuation_throwingResumeWithError");
    release(task);
    original(task, error);
}
