internal import EventLoop
internal import FastCGI
internal import S3Documents
internal import Storage

/// Receives a body whole, into content that nobody can see.
@EventLoopActor
struct BodyReceiver {
  /// The most bytes of one put: 5 GiB, as S3 has it.
  nonisolated static let limit: UInt64 = 5 << 30

  /// Threads for the MD5 of long bodies.
  let lanes: DigestLanes

  /// Takes a whole body.
  func receive(
    _ exchange: S3Exchange, _ incoming: IncomingObject, into writer: any ContentWriter
  ) async throws(S3Error) -> IncomingObject.Content {
    let rest = try await receiveBeginning(exchange, incoming, into: writer)
    do throws(S3Error) {
      return try await writer.update(appending: incoming.contentLength(of: rest)) { (staged) throws(S3Error) in
        try incoming.finish(with: rest, staged)
      }
    } catch {
      await writer.discard()
      throw error
    }
  }

  /// Takes all of a body but the last of it that has come: that is for the step in which the body is ended, so that a
  /// small object takes one.
  func receiveBeginning(
    _ exchange: S3Exchange, _ incoming: IncomingObject, into writer: any ContentWriter
  ) async throws(S3Error) -> [[UInt8]] {
    if let length = incoming.declaredLength { writer.expect(length) }
    do throws(S3Error) {
      while true {
        let (pieces, isLast) = try await next(exchange)
        if isLast { return pieces }
        await writer.update(appending: incoming.contentLength(of: pieces)) { staged in
          incoming.accept(pieces, into: staged)
        }
      }
    } catch {
      await writer.discard()
      throw error
    }
  }

  private func next(_ exchange: S3Exchange) async throws(S3Error) -> (pieces: [[UInt8]], isLast: Bool) {
    do throws(RequestFailure) {
      let pieces = try await exchange.body.nextPieces()
      // Where the body has ended, this does not wait; it tells whether it was whole.
      let isLast = pieces.isEmpty ? true : exchange.body.isConsumed ? try await exchange.body.next() == nil : false
      return (pieces, isLast)
    } catch {
      throw S3Error(error)
    }
  }
}
