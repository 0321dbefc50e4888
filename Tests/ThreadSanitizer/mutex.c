// Tells the thread sanitizer about locks that it does not see. Preload it; in other processes it does nothing.
//
// Swift's Mutex takes and releases an uncontended lock with atomic operations inlined into the caller, which the
// sanitizer watches. A contended lock is handled in a library that it does not watch, so work done under the lock then
// looks like a race. The two functions that do it, by their mangled names:
//     Synchronization._MutexHandle._lockSlow(UInt32)
//     Synchronization._MutexHandle._unlockSlow()

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

__attribute__((weak)) void __tsan_acquire(void *lock);
__attribute__((weak)) void __tsan_release(void *lock);

typedef __attribute__((swiftcall)) void (*lock_slow)(
    uint32_t state, __attribute__((swift_context)) void *lock);
typedef __attribute__((swiftcall)) void (*unlock_slow)(
    __attribute__((swift_context)) void *lock);

__attribute__((swiftcall, visibility("default"))) void mutex_lock_slow(
    uint32_t state, __attribute__((swift_context)) void *lock) __asm__(LOCK);
__attribute__((swiftcall, visibility("default"))) void mutex_unlock_slow(
    __attribute__((swift_context)) void *lock) __asm__(UNLOCK);

__attribute__((swiftcall)) void mutex_lock_slow(
    uint32_t state, __attribute__((swift_context)) void *lock) {
  ((lock_slow)dlsym(RTLD_NEXT, LOCK))(state, lock);
  if (__tsan_acquire) __tsan_acquire(lock);
}

__attribute__((swiftcall)) void mutex_unlock_slow(
    __attribute__((swift_context)) void *lock) {
  if (__tsan_release) __tsan_release(lock);
  ((unlock_slow)dlsym(RTLD_NEXT, UNLOCK))(lock);
}
