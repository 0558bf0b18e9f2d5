import Foundation
import HTTPSemantics
import Testing

@testable import S3Authentication

/// Requests that boto3 signed and sent, as `Vectors/generate.py` recorded them.
@Suite struct BotocoreVectorTests {
  struct Vector: Sendable {
    let now: Int64
    let request: S3Request
    let body: [UInt8]

    init(_ line: [UInt8]) throws {
      let value = try JSONParser.parse(line)
      let fields = try #require(value["fields"]?.arrayValue).map { pair in
        (name: pair.arrayValue?.first?.stringValue ?? "", value: pair.arrayValue?.last?.stringValue ?? "")
      }
      now = try #require(value["now"]?.intValue)
      request = Example.request(
        try #require(value["method"]?.stringValue), try #require(value["target"]?.stringValue), fields)
      body = try #require(Base64.standard.decode((value["body"]?.stringValue ?? "").utf8))
    }
  }

  static let recordedVectors = Result {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/botocore.jsonl")
    return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { try Vector(Array($0)) }
  }

  private let vectors: [Vector]

  init() throws {
    vectors = try Self.recordedVectors.get()
  }

  @Test func everyRequestIsAccepted() throws {
    #expect(vectors.count > 200)
    var schemes: Set<AuthenticatedRequest.Scheme> = []
    for vector in vectors {
      let outcome = Example.outcome(vector.request, now: vector.now)
      guard case .success(.authenticated(let request)) = outcome else {
        Issue.record("\(outcome) of \(vector.request)")
        continue
      }
      schemes.insert(request.scheme)
    }
    #expect(schemes.count == 4)
  }

  @Test func everyBodyIsWhatWasDeclared() throws {
    var payloads: [PayloadDeclaration] = []
    for vector in vectors {
      let outcome = try Example.outcome(vector.request, now: vector.now).get()
      let declared = try DeclaredChecksums(vector.request.fields)
      let decoded = Decoded([vector.body[...]], outcome: outcome, fields: vector.request.fields)
      #expect(decoded.error == nil)
      var checksums = ObjectChecksums(declared.algorithm.map { [$0] } ?? [])
      checksums.update(decoded.content.span)
      try declared.verify(checksums.finalize(), trailers: decoded.trailers)
      payloads.append(outcome.payload)
    }
    #expect(payloads.contains(.unsignedChunks(trailer: true)))
    #expect(payloads.contains(.unsigned))
  }

  @Test func noRequestIsAcceptedUnderAnotherKeyOrPath() {
    for vector in vectors {
      #expect(Example.code(vector.request, now: vector.now, secret: { _ in "wrong" }) == .signatureDoesNotMatch)
      let moved = S3Request(
        method: vector.request.method, rawPath: vector.request.rawPath + Array("x".utf8),
        rawQuery: vector.request.rawQuery, fields: vector.request.fields)
      #expect(Example.code(moved, now: vector.now) == .signatureDoesNotMatch)
    }
  }
}
