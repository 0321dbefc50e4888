#include "cpeers.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

struct cpeers_detector {
  cv::HOGDescriptor hog;
};

cpeers_detector *cpeers_make_detector(
    const cpeers_hog *hog, const float *weights, int32_t weight_count) {
  cv::setNumThreads(1);
  const cv::Size cell(hog->cell_width, hog->cell_height);
  const cv::Size block(
      cell.width * hog->block_cells_across, cell.height * hog->block_cells_down);
  auto *detector = new cpeers_detector{cv::HOGDescriptor(
      cv::Size(hog->window_width, hog->window_height), block,
      cv::Size(hog->stride_across, hog->stride_down), cell, hog->bins, 1, hog->window_sigma,
      cv::HOGDescriptor::L2Hys, hog->clip, hog->gamma_correction != 0,
      cv::HOGDescriptor::DEFAULT_NLEVELS, hog->signed_gradients != 0)};
  if ((int32_t)detector->hog.getDescriptorSize() + 1 != weight_count) {
    delete detector;
    return nullptr;
  }
  detector->hog.setSVMDetector(std::vector<float>(weights, weights + weight_count));
  return detector;
}

cpeers_detector *cpeers_load_detector(const char *path) {
  cv::setNumThreads(1);
  auto *detector = new cpeers_detector;
  if (detector->hog.load(path)) return detector;
  delete detector;
  return nullptr;
}

void cpeers_free_detector(cpeers_detector *detector) { delete detector; }

int64_t cpeers_detect(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    double hit_threshold, int32_t stride, double scale) {
  const cv::Mat image(height, width, CV_8UC1, const_cast<uint8_t *>(pixels));
  std::vector<cv::Rect> found;
  detector->hog.detectMultiScale(
      image, found, hit_threshold, cv::Size(stride, stride), cv::Size(), scale, 0);
  return (int64_t)found.size();
}

int64_t cpeers_detect_layer(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    double hit_threshold, int32_t stride, int32_t padding, int32_t *places, double *scores,
    int64_t capacity) {
  const cv::Mat image(height, width, CV_8UC1, const_cast<uint8_t *>(pixels));
  std::vector<cv::Point> found;
  std::vector<double> weights;
  detector->hog.detect(
      image, found, weights, hit_threshold, cv::Size(stride, stride), cv::Size(padding, padding));
  for (size_t i = 0; i < found.size() && (int64_t)i < capacity; i++) {
    places[2 * i] = found[i].x;
    places[2 * i + 1] = found[i].y;
    scores[i] = weights[i];
  }
  return (int64_t)found.size();
}

void cpeers_describe(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    int32_t dimensions, int32_t x, int32_t y, float *features) {
  const int type = dimensions == 3 ? CV_8UC3 : CV_8UC1;
  const cv::Mat image(height, width, type, const_cast<uint8_t *>(pixels));
  std::vector<float> found;
  detector->hog.compute(image, found, cv::Size(), cv::Size(), {cv::Point(x, y)});
  std::copy(found.begin(), found.end(), features);
}

int64_t cpeers_read_gray(const char *path) {
  const cv::Mat image = cv::imread(path);
  if (image.empty()) return 0;
  cv::Mat gray;
  cv::cvtColor(image, gray, cv::COLOR_BGR2GRAY);
  return (int64_t)gray.total();
}
