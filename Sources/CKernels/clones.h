#pragma once

#ifndef __has_feature
#define __has_feature(x) 0
#endif

/// Compiles a function twice, for AVX2 with FMA and for any x86-64; the machine that runs it picks one.
// Thread sanitizer instruments the code that picks, which then runs before the sanitizer is up and crashes.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
