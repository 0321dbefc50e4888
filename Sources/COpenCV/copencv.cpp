#include "copencv.h"
#include "copencv_guarded.hpp"

#include <opencv2/imgproc.hpp>
#include <vector>

static cv::Scalar scalar(const uint8_t *bgr) { return cv::Scalar(bgr[0], bgr[1], bgr[2]); }

static int32_t resize(
    const uint8_t *source, int32_t source_width, int32_t source_height, int64_t stride,
    uint8_t *target, int32_t width, int32_t height, int interpolation, copencv_error *error) {
  return copencv_guarded(error, [&] {
    const cv::Mat from(
        source_height, source_width, CV_8UC1, const_cast<uint8_t *>(source), (size_t)stride);
    cv::Mat to(height, width, CV_8UC1, target);
    cv::resize(from, to, to.size(), 0, 0, interpolation);
    return copencv_success;
  });
}

int32_t copencv_resize_area(
    const uint8_t *source, int32_t source_width, int32_t source_height, int64_t stride,
    uint8_t *target, int32_t width, int32_t height, copencv_error *error) {
  return resize(
      source, source_width, source_height, stride, target, width, height, cv::INTER_AREA, error);
}

int32_t copencv_resize_linear(
    const uint8_t *source, int32_t source_width, int32_t source_height, int64_t stride,
    uint8_t *target, int32_t width, int32_t height, copencv_error *error) {
  return resize(
      source, source_width, source_height, stride, target, width, height, cv::INTER_LINEAR, error);
}

int32_t copencv_draw_rectangle(
    uint8_t *pixels, int32_t width, int32_t height, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
    const uint8_t *bgr, int32_t thickness, copencv_error *error) {
  return copencv_guarded(error, [&] {
    cv::Mat image(height, width, CV_8UC3, pixels);
    cv::rectangle(image, cv::Point(x0, y0), cv::Point(x1 - 1, y1 - 1), scalar(bgr), thickness);
    return copencv_success;
  });
}

int32_t copencv_fill_polygon(
    uint8_t *pixels, int32_t width, int32_t height, const int32_t *points, int32_t count,
    uint8_t value, copencv_error *error) {
  return copencv_guarded(error, [&] {
    cv::Mat image(height, width, CV_8UC1, pixels);
    std::vector<cv::Point> corners;
    for (int32_t i = 0; i < count; i++) corners.emplace_back(points[2 * i], points[2 * i + 1]);
    cv::fillPoly(image, std::vector<std::vector<cv::Point>>{corners}, cv::Scalar(value), cv::LINE_AA, 4);
    return copencv_success;
  });
}

int32_t copencv_draw_text(
    uint8_t *pixels, int32_t width, int32_t height, const char *text, int32_t x, int32_t y,
    double scale, int32_t thickness, const uint8_t *bgr, copencv_error *error) {
  return copencv_guarded(error, [&] {
    cv::Mat image(height, width, CV_8UC3, pixels);
    cv::putText(
        image, text, cv::Point(x, y), cv::FONT_HERSHEY_SIMPLEX, scale, scalar(bgr), thickness,
        cv::LINE_AA);
    return copencv_success;
  });
}

int32_t copencv_text_size(
    const char *text, double scale, int32_t thickness, int32_t *width, int32_t *height,
    copencv_error *error) {
  return copencv_guarded(error, [&] {
    int below = 0;
    const cv::Size size =
        cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, thickness, &below);
    *width = size.width;
    *height = size.height;
    return copencv_success;
  });
}

int32_t copencv_color_map(
    const uint8_t *values, int64_t count, uint8_t *bgr, copencv_error *error) {
  return copencv_guarded(error, [&] {
    const cv::Mat from(1, (int)count, CV_8UC1, const_cast<uint8_t *>(values));
    cv::Mat to(1, (int)count, CV_8UC3, bgr);
    cv::applyColorMap(from, to, cv::COLORMAP_INFERNO);
    return copencv_success;
  });
}
