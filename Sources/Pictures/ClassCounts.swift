internal import Annotations

/// The number of annotated objects of each class.
struct ClassCounts {
  /// Most frequent first; nil stands for objects without a class.
  let sorted: [(name: String?, count: Int)]

  init(of annotations: [PictureAnnotation]) {
    let counts = Dictionary(grouping: annotations.flatMap(\.objects), by: \.className)
    sorted = counts.map { (name: $0, count: $1.count) }
      .sorted { ($1.count, $0.name ?? "") < ($0.count, $1.name ?? "") }
  }
}
