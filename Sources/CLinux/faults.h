#ifndef CLINUX_FAULTS_H
#define CLINUX_FAULTS_H
#include <signal.h>
#include <unistd.h>

/* A signal handler may do hardly anything, and nothing that a language's runtime does unasked: so this is C. */

/* Weak: one in a process, whichever files include it. */
__attribute__((weak)) volatile sig_atomic_t clinux_fault_mark = -1;

static inline void clinux_note_fault(int signal) {
  int mark = (int)clinux_fault_mark;
  if (mark >= 0) (void)!write(mark, "fault\n", 6);
  /* The handler is gone by now: on return the signal ends the process as it would have. */
  raise(signal);
}

/* From now on a fault ends this process as the kernel ends one: a trap, a bad address, or an abort, which is also how
   systemd's watchdog ends a process that hangs. A language's runtime may have a handler of its own, which returns from
   an abort that somebody else sent, so that the process lives on: that handler is replaced. */
static inline void clinux_die_of_faults(void) {
  struct sigaction action = {.sa_handler = clinux_note_fault, .sa_flags = (int)SA_RESETHAND};
  int const signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
    sigaction(signals[i], &action, 0);
  }
}

/* From now on a line "fault" is written to `descriptor` when this process dies of a fault; -1: nothing is. */
static inline void clinux_mark_faults(int descriptor) { clinux_fault_mark = descriptor; }
#endif
