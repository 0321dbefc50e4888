#include <libde265/de265.h>
#include <sched.h>
#include <pthread.h>

// The sandbox has no threads, and a decoder has one picture at a time while others work beside it. Libraries that start as
// many threads as there are processors are told of one; the linker finds these functions before the C library's, as does the
// loader for libraries that come later, since Package.swift exports them.

extern "C" {

int sched_getaffinity(pid_t, size_t count, cpu_set_t *processors) noexcept {
  CPU_ZERO_S(count, processors);
  CPU_SET_S(0, count, processors);
  return 0;
}

int pthread_getaffinity_np(pthread_t, size_t count, cpu_set_t *processors) noexcept {
  return sched_getaffinity(0, count, processors);
}

/// libheif has libde265 start a thread, whatever it is told itself; without one libde265 decodes in the caller's.
de265_error de265_start_worker_threads(de265_decoder_context *, int) { return DE265_OK; }

}
