#pragma once
#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>

// One function for each library that OpenCV does not use as we need it. Each returns BGR, or throws what it cannot do.

/// The data end before the picture does.
struct CutShort {
  int missingRows;
};

/// The library has no codec for this kind.
struct NoCodec {};

/// Grey where `grey` is set, which only a JPEG of one component may be asked for.
cv::Mat readJPEG(const uint8_t *bytes, size_t count, bool grey);
cv::Mat readGIF(const uint8_t *bytes, size_t count);
cv::Mat readWebPAnimation(const uint8_t *bytes, size_t count);
cv::Mat readHEIF(const uint8_t *bytes, size_t count);
