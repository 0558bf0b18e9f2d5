internal import Digests
internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import S3Documents

extension ObjectStorage {
  /// The longest body that is read for its hash, in bytes.
  private static let hashedBodyLimit: UInt64 = 1 << 20

  /// The SHA-256, in hexadecimal digits, of a body whose hash a request may be signed with without declaring it; nil
  /// where the request declares it, or is signed another way, or has a body that is too long to be kept in memory.
  func undeclaredBodyHash(_ exchange: S3Exchange) async throws(S3Error) -> String? {
    guard exchange.fields["authorization"]?.hasPrefix("AWS4-HMAC-SHA256") == true,
      !exchange.fields.contains("x-amz-content-sha256"),
      let length = exchange.body.announcedLength, (1...Self.hashedBodyLimit).contains(length)
    else { return nil }
    var pieces: [[UInt8]] = []
    do throws(RequestFailure) {
      while let piece = try await exchange.body.next() { pieces.append(piece) }
    } catch {
      throw S3Error(error)
    }
    exchange.body.putBack(pieces)
    let taken = pieces
    return await pool.run {
      var hash = SHA256()
      for piece in taken { hash.update(piece.span) }
      return Hexadecimal.encode(hash.finalize())
    }
  }
}
