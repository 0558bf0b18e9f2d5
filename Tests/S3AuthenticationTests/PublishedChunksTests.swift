import HTTPSemantics
import Testing

@testable import S3Authentication

/// The examples of "Transferring Payload in Multiple Chunks" in the Amazon S3 API Reference: 65 KiB of `a`.
@Suite struct PublishedChunksTests {
  static func request(signedHeaders: String, signature: String, _ fields: [(String, String)]) -> S3Request {
    let authorization =
      "AWS4-HMAC-SHA256 Credential=\(Example.accessKey)/20130524/us-east-1/s3/aws4_request,"
      + "SignedHeaders=\(signedHeaders),Signature=\(signature)"
    return Example.request(
      "PUT", "/examplebucket/chunkObject.txt",
      [
        ("host", "s3.amazonaws.com"), ("x-amz-date", "20130524T000000Z"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", "66560"), ("authorization", authorization),
      ] + fields)
  }

  static let signed = request(
    signedHeaders: "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
      + "x-amz-storage-class",
    signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    [("content-length", "66824"), ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")])

  static let withTrailer = request(
    signedHeaders: "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
      + "x-amz-storage-class;x-amz-trailer",
    signature: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
    [
      ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
      ("x-amz-trailer", "x-amz-checksum-crc32c"),
    ])

  static func body(_ signatures: [String], trailer: String = "") -> [UInt8] {
    let chunks = [String(repeating: "a", count: 65_536), String(repeating: "a", count: 1024)]
    var body = ""
    for (chunk, signature) in zip(chunks, signatures) {
      body += "\(String(chunk.utf8.count, radix: 16));chunk-signature=\(signature)\r\n\(chunk)\r\n"
    }
    return Array((body + "0;chunk-signature=\(signatures[2])\r\n\(trailer)\r\n").utf8)
  }

  static let signatures = [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
  ]

  @Test func signedChunksAreAccepted() throws {
    let decoded = try Decoded(Self.body(Self.signatures), of: Self.signed)
    #expect(decoded.error == nil)
    #expect(decoded.content.count == 66_560)
    #expect(decoded.content.allSatisfy { $0 == UInt8(ascii: "a") })
  }

  @Test(arguments: 0..<3) func aWrongChunkSignatureIsRefused(index: Int) throws {
    var signatures = Self.signatures
    signatures[index] = String(signatures[index].reversed())
    #expect(try Decoded(Self.body(signatures), of: Self.signed).error?.code == .signatureDoesNotMatch)
  }

  static let trailerSignatures = [
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
  ]
  static let trailer =
    "x-amz-checksum-crc32c:sOO8/Q==\r\n"
    + "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n"

  @Test func aSignedTrailerIsAccepted() throws {
    let decoded = try Decoded(Self.body(Self.trailerSignatures, trailer: Self.trailer), of: Self.withTrailer)
    #expect(decoded.error == nil)
    #expect(decoded.trailers == [NameValuePair("x-amz-checksum-crc32c", "sOO8/Q==")])

    var checksums = ObjectChecksums([.crc32c])
    checksums.update(decoded.content.span)
    let digests = checksums.finalize()
    #expect(digests.encoded(.crc32c) == "sOO8/Q==")
    try DeclaredChecksums(Self.withTrailer.fields).verify(digests, trailers: decoded.trailers)
  }

  @Test(arguments: [
    ("x-amz-checksum-crc32c:sOO8/Q==", "x-amz-checksum-crc32c:sOO8/g=="),
    ("x-amz-trailer-signature:d", "x-amz-trailer-signature:e"),
  ])
  func aChangedTrailerIsRefused(original: String, changed: String) throws {
    let parts = Self.trailer.split(separator: original, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    let body = Self.body(Self.trailerSignatures, trailer: parts.joined(separator: changed))
    #expect(try Decoded(body, of: Self.withTrailer).error?.code == .signatureDoesNotMatch)
  }

  @Test func aTrailerWithoutItsSignatureIsRefused() throws {
    let body = Self.body(Self.trailerSignatures, trailer: "x-amz-checksum-crc32c:sOO8/Q==\r\n")
    #expect(try Decoded(body, of: Self.withTrailer).error?.code == .malformedTrailer)
  }
}
