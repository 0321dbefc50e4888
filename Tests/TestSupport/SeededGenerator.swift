package import Detection

/// The generator of random tests.
package typealias SeededGenerator = SplitMix64
