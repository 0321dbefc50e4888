#pragma once
#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>

// One function for each library that OpenCV does not use, or not as we need it. Each returns BGR, or throws if it cannot.

/// The data end before the end of the picture.
struct CutShort {
  int missingRows;
};

/// The library has no codec for the picture.
struct NoCodec {};

/// Returns grey instead if `grey` is set, which is only for JPEGs with one component.
cv::Mat readJPEG(const uint8_t *bytes, size_t count, bool grey);
cv::Mat readGIF(const uint8_t *bytes, size_t count);
cv::Mat readWebPAnimation(const uint8_t *bytes, size_t count);
cv::Mat readHEIF(const uint8_t *bytes, size_t count);
