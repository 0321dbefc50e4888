#include <libde265/de265.h>
#include <sched.h>
#include <pthread.h>

// The sandbox forbids threads, and a decoder has one picture at a time while other decoders run beside it. So libraries that
// start a thread for each processor are told that there is one. The linker finds these functions before the C library's;
// so does the loader, for libraries loaded later, because Package.swift exports them.

extern "C" {

int sched_getaffinity(pid_t, size_t count, cpu_set_t *processors) noexcept {
  CPU_ZERO_S(count, processors);
  CPU_SET_S(0, count, processors);
  return 0;
}

int pthread_getaffinity_np(pthread_t, size_t count, cpu_set_t *processors) noexcept {
  return sched_getaffinity(0, count, processors);
}

/// libheif makes libde265 start a thread whatever its own settings; without one, libde265 decodes in the caller's thread.
de265_error de265_start_worker_threads(de265_decoder_context *, int) { return DE265_OK; }

}
