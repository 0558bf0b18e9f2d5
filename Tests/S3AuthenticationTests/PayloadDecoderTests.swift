import Digests
import HTTPSemantics
import Testing

@testable import S3Authentication

@Suite struct PayloadDecoderTests {
  /// Signed chunks with a signed trailer, of 25 bytes of content.
  struct Upload {
    let request: S3Request
    let outcome: S3AuthenticationOutcome
    let chain: ChunkSigning
    static let chunks = ["hello, ", "world", " of chunks!!!"]
    static let trailers = [(name: "x-amz-checksum-crc32", value: "AAAAAA==")]

    init(now: Int64 = Example.now) throws {
      request = try Example.signed(
        "PUT", "/bucket/key",
        [
          ("host", "localhost:9000"), ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
          ("x-amz-decoded-content-length", "25"), ("x-amz-trailer", "x-amz-checksum-crc32"),
        ], now: now)
      outcome = try Example.outcome(request, now: now).get()
      guard case .authenticated(let authenticated) = outcome else { throw S3AuthenticationError(.accessDenied) }
      chain = try #require(authenticated.chunkSigning)
    }

    func body(_ chunks: [String] = chunks) -> [UInt8] {
      ChunkedBody.encode(chunks, chain: chain, trailers: Self.trailers, isTrailerSigned: true)
    }

    func decode(_ pieces: [ArraySlice<UInt8>]) -> Decoded {
      Decoded(pieces, outcome: outcome, fields: request.fields)
    }
  }

  static func unsigned(
    _ length: String? = "25", trailer: String? = "x-amz-checksum-crc32"
  ) -> (outcome: S3AuthenticationOutcome, fields: HeaderFields) {
    var fields: HeaderFields = ["x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"]
    fields["x-amz-decoded-content-length"] = length
    fields["x-amz-trailer"] = trailer
    return (.anonymous(.unsignedChunks(trailer: true)), fields)
  }

  static func decodeUnsigned(_ body: String, length: String? = "25", trailer: String? = "x-amz-checksum-crc32")
    -> Decoded
  {
    let (outcome, fields) = unsigned(length, trailer: trailer)
    return Decoded([Array(body.utf8)[...]], outcome: outcome, fields: fields)
  }

  static let boto = "7\r\nhello, \r\n12\r\nworld of chunks!!!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"

  /// At once: what is too much is not kept until the end.
  @Test func contentBeyondTheDeclaredLengthIsRefusedAsItComes() throws {
    var decoder = try PayloadDecoder(.anonymous(.unsigned), fields: ["content-length": "3"])
    var content: [ArraySlice<UInt8>] = []
    try decoder.consume([1, 2, 3], into: &content)
    do {
      try decoder.consume([4], into: &content)
      Issue.record("a byte too many is taken")
    } catch {
      #expect(error.code == .incompleteBody)
    }
  }

  @Test func chunkHasOneSignature() throws {
    let upload = try Upload()
    let body = String(decoding: upload.body(), as: UTF8.self)
    let signature = try #require(body.split(separator: "\r\n")[0].split(separator: ";").last)
    for doubled in ["\(signature);\(signature)", "\(signature);chunk-signature=0", "chunk-signature=;\(signature)"] {
      let changed = body.replacing(signature, with: doubled, maxReplacements: 1)
      #expect(upload.decode([Array(changed.utf8)[...]]).error == .malformedFraming)
    }
    // Other extensions mean nothing.
    let extended = body.replacing(signature, with: "\(signature);x=1", maxReplacements: 1)
    #expect(upload.decode([Array(extended.utf8)[...]]).error == nil)
  }

  @Test func theSameContentWhereverTheBodyIsCut() throws {
    let upload = try Upload()
    let body = upload.body()
    let whole = upload.decode([body[...]])
    #expect(whole.text == "hello, world of chunks!!!")
    #expect(whole.trailers == [NameValuePair("x-amz-checksum-crc32", "AAAAAA==")])
    #expect(whole.error == nil)
    for cut in 0...body.count {
      #expect(upload.decode([body[..<cut], body[cut...]]) == whole)
    }
    #expect(upload.decode(body.indices.map { body[$0..<$0 + 1] }) == whole)
  }

  @Test func unsignedContentIsTheSameWhereverTheBodyIsCut() {
    let (outcome, fields) = Self.unsigned()
    let body = Array(Self.boto.utf8)
    for cut in 0...body.count {
      let decoded = Decoded([body[..<cut], body[cut...]], outcome: outcome, fields: fields)
      #expect(decoded.text == "hello, world of chunks!!!")
      #expect(decoded.error == nil)
    }
  }

  @Test func aBodyThatEndsEarlyIsRefused() throws {
    let upload = try Upload()
    let signed = upload.body()
    for end in signed.indices { #expect(upload.decode([signed[..<end]]).error?.code == .incompleteBody) }
    let unsigned = Array(Self.boto.utf8)
    let (outcome, fields) = Self.unsigned()
    for end in unsigned.indices {
      #expect(Decoded([unsigned[..<end]], outcome: outcome, fields: fields).error?.code == .incompleteBody)
    }
  }

  @Test func everyChangedByteOfASignedBodyIsNoticed() throws {
    let upload = try Upload()
    let body = upload.body()
    for index in body.indices {
      var changed = body
      changed[index] ^= 1
      #expect(upload.decode([changed[...]]).error != nil, "byte \(index)")
    }
  }

  @Test func chunksMustComeWholeAndInOrder() throws {
    let upload = try Upload()
    let lines = String(decoding: upload.body(), as: UTF8.self)
    let chunks = lines.split(separator: "\r\n", omittingEmptySubsequences: false).map { "\($0)\r\n" }
    let (first, second, third, rest) = (chunks[0...1], chunks[2...3], chunks[4...5], chunks[6...].dropLast())
    let orders: [[ArraySlice<String>]] = [
      [second, first, third, rest], [first, third, rest], [first, second, rest], [first, first, second, third, rest],
      [first, second, third, third, rest], [rest],
    ]
    for order in orders {
      let body = Array(order.joined().joined().utf8)
      // Which of the two is found first depends on where the length runs out.
      let code = upload.decode([body[...]]).error?.code
      #expect(code == .signatureDoesNotMatch || code == .incompleteBody)
    }
  }

  @Test func chunksOfAnotherRequestAreRefused() throws {
    let other = try Upload(now: Example.now + 1)
    #expect(try Upload().decode([other.body()[...]]).error?.code == .signatureDoesNotMatch)
  }

  @Test func anErrorStays() throws {
    let upload = try Upload()
    var decoder = try PayloadDecoder(upload.outcome, fields: upload.request.fields)
    var content: [ArraySlice<UInt8>] = []
    #expect(throws: S3AuthenticationError.malformedFraming) { try decoder.consume([0x0A], into: &content) }
    #expect(throws: S3AuthenticationError.malformedFraming) { try decoder.consume(upload.body()[...], into: &content) }
    #expect(throws: S3AuthenticationError.malformedFraming) { try decoder.finish() }
    #expect(content.isEmpty)
  }

  /// Line ends as MinIO's Go client writes them.
  @Test func aLineFeedBeforeTheLineEndOfATrailerIsTaken() throws {
    let unsigned = "19\r\nhello, world of chunks!!!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\n\r\n\r\n"
    #expect(Self.decodeUnsigned(unsigned).error == nil)
    #expect(Self.decodeUnsigned(unsigned).trailers.count == 1)

    let upload = try Upload()
    let signed = String(decoding: upload.body(), as: UTF8.self)
      .split(separator: "AAAAAA==\r\n").joined(separator: "AAAAAA==\n\r\n")
    #expect(upload.decode([Array(signed.utf8)[...]]).error == nil)
  }

  static let malformed: [(body: String, code: S3AuthenticationError.Code)] = [
    ("\r\n", .invalidRequest),
    ("g\r\n", .invalidRequest),
    ("-1\r\n", .invalidRequest),
    ("+1\r\n", .invalidRequest),
    (" 1\r\n", .invalidRequest),
    ("0x1\r\n", .invalidRequest),
    ("5\nhello\r\n0\r\n\r\n", .invalidRequest),
    ("5\r\nhello!\r\n0\r\n\r\n", .invalidRequest),
    ("5\r\nhello\n0\r\n\r\n", .invalidRequest),
    ("5\r\nhello0\r\n\r\n", .invalidRequest),
    ("7fffffffffffffff0\r\n", .invalidRequest),
    ("ffffffffffffffff\r\n", .invalidRequest),
    (String(repeating: "0", count: 2000) + "\r\n", .invalidRequest),
    ("5;" + String(repeating: "x", count: 2000) + "\r\nhello\r\n", .invalidRequest),
    (boto + "\r\n", .invalidRequest),
    (boto + boto, .invalidRequest),
    ("19\r\nhello, world of chunks!!!\r\n0\r\n\r\n", .malformedTrailer),
    ("19\r\nhello, world of chunks!!!\r\n0\r\nx-amz-checksum-crc32\r\n\r\n", .malformedTrailer),
    ("19\r\nhello, world of chunks!!!\r\n0\r\n:\r\n\r\n", .malformedTrailer),
    ("19\r\nhello, world of chunks!!!\r\n0\r\nx-amz-checksum-sha1:AAAAAA==\r\n\r\n", .malformedTrailer),
    (
      "19\r\nhello, world of chunks!!!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
      .malformedTrailer
    ),
    ("19\r\nhello, world of chunks!!!\r\n0\r\nx-amz-checksum-crc32:\u{0}\r\nx: y\r\n\r\n", .malformedTrailer),
    ("18\r\nhello, world of chunks!!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", .incompleteBody),
    ("1a\r\nhello, world of chunks!!!!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", .incompleteBody),
    ("7fffffffffffffff\r\nhello, world of chunks!!!!", .incompleteBody),
  ]

  @Test(arguments: malformed) func malformedFramingIsRefused(body: String, code: S3AuthenticationError.Code) {
    #expect(Self.decodeUnsigned(body).error?.code == code)
  }

  @Test(arguments: malformed.filter { $0.body.utf8.count < 200 }.map(\.body) + ["5\r\nhe-c!\r\n\r\n", "1b\r\nx\n"])
  func malformedFramingIsTheSameErrorWhereverItIsCut(body: String) {
    let bytes = Array(body.utf8)
    let (outcome, fields) = Self.unsigned("4")
    let whole = Decoded([bytes[...]], outcome: outcome, fields: fields).error
    for cut in 0...bytes.count {
      #expect(Decoded([bytes[..<cut], bytes[cut...]], outcome: outcome, fields: fields).error == whole)
    }
  }

  @Test func extensionsOfUnsignedChunksMeanNothing() {
    let body = "19;a=b;c\r\nhello, world of chunks!!!\r\n0;\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
    #expect(Self.decodeUnsigned(body).error == nil)
  }

  @Test func aSignedChunkNeedsItsSignature() throws {
    let body = Array("19\r\nhello, world of chunks!!!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n".utf8)
    #expect(try Upload().decode([body[...]]).error?.code == .invalidRequest)
  }

  @Test func anEmptyObjectIsOneEmptyChunk() {
    #expect(Self.decodeUnsigned("0\r\n\r\n", length: "0", trailer: nil).error == nil)
    #expect(Self.decodeUnsigned("", length: "0", trailer: nil).error?.code == .incompleteBody)
  }

  @Test func theLengthOfChunkedContentMustBeDeclared() {
    #expect(Self.decodeUnsigned(Self.boto, length: nil).error?.code == .missingContentLength)
    #expect(Self.decodeUnsigned(Self.boto, length: "-1").error?.code == .invalidArgument)
    #expect(Self.decodeUnsigned(Self.boto, length: "99999999999999999999").error?.code == .invalidArgument)
    #expect(Self.decodeUnsigned(Self.boto, length: "24").error?.code == .incompleteBody)
    #expect(Self.decodeUnsigned(Self.boto, length: "26").error?.code == .incompleteBody)
  }

  @Test func aSignedHashIsComparedAtTheEnd() {
    let content = Array("Welcome to Amazon S3.".utf8)
    let outcome = S3AuthenticationOutcome.anonymous(.signed(sha256: SHA256.digest(of: content)))
    for cut in 0...content.count {
      let decoded = Decoded([content[..<cut], content[cut...]], outcome: outcome, fields: ["content-length": "21"])
      #expect(decoded.error == nil)
      #expect(decoded.content == content)
    }
    let changed = Array("Welcome to Amazon S4.".utf8)
    #expect(Decoded([changed[...]], outcome: outcome, fields: [:]).error?.code == .contentSHA256Mismatch)
    #expect(Decoded([content.dropLast()], outcome: outcome, fields: [:]).error?.code == .contentSHA256Mismatch)
  }

  @Test func plainContentHasTheDeclaredLength() {
    let content = Array("abc".utf8)[...]
    let outcome = S3AuthenticationOutcome.anonymous(.unsigned)
    #expect(Decoded([content], outcome: outcome, fields: ["content-length": "3"]).error == nil)
    #expect(Decoded([content], outcome: outcome, fields: [:]).error == nil)
    #expect(Decoded([content], outcome: outcome, fields: ["content-length": "2"]).error?.code == .incompleteBody)
    #expect(Decoded([content], outcome: outcome, fields: ["content-length": "4"]).error?.code == .incompleteBody)
  }

  @Test func aChainOfSignaturesNeedsASignedRequest() {
    let outcome = S3AuthenticationOutcome.anonymous(.signedChunks(trailer: false))
    let decoded = Decoded([], outcome: outcome, fields: ["x-amz-decoded-content-length": "0"])
    #expect(decoded.error?.code == .accessDenied)
  }
}
