import Digest
import Testing

@Suite struct `SHA-256` {
  // FIPS 180-2, appendix B, and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `gives the standard's digests`(message: String, hex: String) {
    let digest = SHA256Digest(of: Array(message.utf8))
    #expect(digest.description == hex)
    #expect(SHA256Digest(hex: hex.uppercased()) == digest)
    #expect(SHA256Digest(bytes: digest.bytes) == digest)
  }

  @Test(arguments: [
    "", "abc", String(repeating: "g", count: 64), String(repeating: "٣", count: 64),
  ])
  func `is not read from other text`(text: String) {
    #expect(SHA256Digest(hex: text) == nil)
  }
}
