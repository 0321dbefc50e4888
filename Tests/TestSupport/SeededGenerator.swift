public import World

/// The generator of random tests.
public typealias SeededGenerator = SplitMix
