#pragma once
#include "copencv.h"

#include <cstdio>
#include <exception>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>

/// Silences OpenCV's log and keeps it to one thread, because Misfire does its own reporting and threading.
inline void copencv_settle() {
  static const bool settled = [] {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    cv::redirectError([](int, const char *, const char *, const char *, int, void *) { return 0; });
    cv::setNumThreads(1);
    return true;
  }();
  (void)settled;
}

/// Runs `body`, which returns a code, and turns every exception into a code and a message.
template <typename Body>
int32_t copencv_guarded(copencv_error *error, Body body) noexcept {
  const auto fail = [error](int32_t code, const char *message) {
    std::snprintf(error->message, sizeof error->message, "%s", message);
    return code;
  };
  error->message[0] = 0;
  try {
    copencv_settle();
    return body();
  } catch (const cv::Exception &thrown) {
    return fail(
        thrown.code == cv::Error::StsNoMem ? copencv_out_of_memory : copencv_exception,
        thrown.err.c_str());
  } catch (const std::bad_alloc &thrown) {
    return fail(copencv_out_of_memory, thrown.what());
  } catch (const std::exception &thrown) {
    return fail(copencv_exception, thrown.what());
  } catch (...) {
    return fail(copencv_exception, "an exception of unknown type");
  }
}
