/*
 * Preloaded into tests under the thread sanitizer: tells it of what the toolchain's libraries do out of its sight. They
 * are not instrumented, so that a lock that had to be waited for, and a continuation that was resumed before its task
 * awaited it, look like nothing at all. What they guard is still watched.
 * clang -shared -fPIC -O2 -o sanitizer_hints.so sanitizer_hints.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SWIFT_ASYNC __attribute__((swiftasynccall))
#define SELF __attribute__((swift_context))
#define NEXT(name) ((typeof(&name))dlsym(RTLD_NEXT, SYMBOL_##name))

/* Not there in programs that have no sanitizer. */
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

/* Synchronization._MutexHandle, whose only member is the word of the lock: _lockSlow(UInt32), _unlockSlow(). */
#define SYMBOL_lock_slow "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define SYMBOL_unlock_slow "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t thread, SELF void *lock) __asm__(SYMBOL_lock_slow);
SWIFT void unlock_slow(SELF void *lock) __asm__(SYMBOL_unlock_slow);

SWIFT void lock_slow(uint32_t thread, SELF void *lock) {
  static typeof(&lock_slow) next;
  if (!next) next = NEXT(lock_slow);
  next(thread, lock);
  if (__tsan_acquire) __tsan_acquire(lock);
}

SWIFT void unlock_slow(SELF void *lock) {
  static typeof(&unlock_slow) next;
  if (!next) next = NEXT(unlock_slow);
  if (__tsan_release) __tsan_release(lock);
  next(lock);
}

/* A continuation is known by its task. */
#define SYMBOL_swift_continuation_resume "swift_continuation_resume"
#define SYMBOL_swift_continuation_await "swift_continuation_await"

SWIFT void *swift_task_getCurrent(void) __attribute__((weak));
SWIFT void swift_continuation_resume(void *task);
SWIFT_ASYNC void swift_continuation_await(void *context);

SWIFT void swift_continuation_resume(void *task) {
  static typeof(&swift_continuation_resume) next;
  if (!next) next = NEXT(swift_continuation_resume);
  if (__tsan_release) __tsan_release(task);
  next(task);
}

SWIFT_ASYNC void swift_continuation_await(void *context) {
  static typeof(&swift_continuation_await) next;
  if (!next) next = NEXT(swift_continuation_await);
  if (__tsan_acquire) __tsan_acquire(swift_task_getCurrent());
  __attribute__((musttail)) return next(context);
}
