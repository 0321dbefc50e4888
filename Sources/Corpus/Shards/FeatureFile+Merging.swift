extension FeatureFile {
  /// Whether enough bytes of features wait that a merge should seal them before it goes on.
  ///
  /// A merge adds far more than a daemon's pictures do: sealing at half of the file or a quarter of a gigabyte keeps the
  /// total written to at most a few times what is added.
  package func isSealDue(whileMerging byteCount: Int) -> Bool {
    byteCount > max(limits.mergedBytes, (path.fileSize ?? 0) / 2)
  }
}
