package import Detection

/// The generator for random tests.
package typealias SeededGenerator = SplitMix64
