public import Detection

/// The generator of random tests.
public typealias SeededGenerator = SplitMix64
