internal import EventLoop
internal import FastCGI
internal import S3Authentication
internal import S3Documents

/// Reads bodies that are documents, and takes them apart on threads of their own: a document may be long.
@EventLoopActor
struct DocumentReader {
  /// The most bytes of a document that comes as a body.
  private static let limit = 2 << 20

  /// Threads for what takes its time.
  let pool: BlockingPool

  /// A body, checked like any other payload.
  /// - Parameter hasOwnChecksum: false where the checksums of the header are those of something else.
  func body(of exchange: S3Exchange, hasOwnChecksum: Bool = true) async throws(S3Error) -> [UInt8] {
    do throws(S3AuthenticationError) {
      var decoder = try PayloadDecoder(exchange.authentication, fields: exchange.fields)
      let declared = hasOwnChecksum ? try DeclaredChecksums(exchange.fields) : nil
      var checksums = ObjectChecksums(
        declared?.algorithm.map { [$0] } ?? [], md5: declared?.contentMD5 != nil)
      var document: [UInt8] = []
      while let bytes = try await next(exchange) {
        var pieces: [ArraySlice<UInt8>] = []
        try decoder.consume(bytes[...], into: &pieces)
        for piece in pieces {
          checksums.update(piece.span)
          document += piece
        }
        guard document.count <= Self.limit else {
          throw S3AuthenticationError(.entityTooLarge)
        }
      }
      let trailers = try decoder.finish()
      try declared?.verify(checksums.finalize(), trailers: trailers)
      return document
    } catch {
      throw S3Error(error)
    }
  }

  private func next(_ exchange: S3Exchange) async throws(S3AuthenticationError) -> [UInt8]? {
    do { return try await exchange.body.next() } catch { throw S3AuthenticationError(.incompleteBody) }
  }

  /// Takes a document apart, or checks it.
  func parse<Value: Sendable>(
    _ work: @escaping @Sendable () throws(S3Error) -> Value
  ) async throws(S3Error) -> Value {
    try await pool.run(work)
  }
}
