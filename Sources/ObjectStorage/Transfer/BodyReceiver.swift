internal import EventLoop
internal import FastCGI
internal import S3Documents
internal import Storage

/// Receives a body whole, into content that nobody can see.
@EventLoopActor
struct BodyReceiver {
  /// The most bytes of one put: 5 GiB, as S3 has it.
  nonisolated static let limit: UInt64 = 5 << 30

  /// What has come is taken, and a body that has come whole is ended, in one step: a small object takes one.
  func receive(
    _ exchange: S3Exchange, _ incoming: IncomingObject, into writer: any ContentWriter
  ) async throws(S3Error) -> IncomingObject.Content {
    do throws(S3Error) {
      while true {
        let (bytes, isLast) = try await next(exchange)
        let content = try await writer.update { (staged) throws(S3Error) in
          incoming.accept(bytes, into: staged)
          return isLast ? try incoming.finish(staged) : nil
        }
        if let content { return content }
      }
    } catch {
      await writer.discard()
      throw error
    }
  }

  private func next(_ exchange: S3Exchange) async throws(S3Error) -> (bytes: [UInt8], isLast: Bool) {
    do throws(RequestFailure) {
      let bytes = try await exchange.body.next() ?? []
      // Where the body has ended, this does not wait; it tells whether it was whole.
      let isLast = bytes.isEmpty ? true : exchange.body.isConsumed ? try await exchange.body.next() == nil : false
      return (bytes, isLast)
    } catch {
      throw S3Error(error)
    }
  }
}
