internal import EventLoop
internal import FastCGI
internal import Posix

extension ResponseWriter {
  /// Bytes that are handed over before the loop turns to others.
  private static let slice: UInt64 = 262_144
  /// Distance of the looks into the page cache.
  private static let probe: UInt64 = 65_536
  /// Bytes that are brought into the page cache at once where they are not.
  private static let warmUp: UInt64 = 4 << 20

  /// Sends a part of a file; what is not in the page cache is brought there by the pool first, so that the loop never
  /// waits for the disk.
  func writeWarm(
    _ file: SharedDescriptor, _ range: Range<UInt64>, pool: BlockingPool
  ) async throws(RequestFailure) {
    var position = range.lowerBound
    while position < range.upperBound {
      let end = min(position + Self.slice, range.upperBound)
      if !file.descriptor.isCached(position..<end, lookingEvery: Self.probe) {
        let window = position..<min(position + Self.warmUp, range.upperBound)
        let next = window.upperBound..<min(window.upperBound + 2 * Self.warmUp, range.upperBound)
        let isReadable = await pool.run { () -> Bool in
          if !next.isEmpty { file.descriptor.readAhead(next) }
          do throws(Errno) {
            try file.descriptor.warm(window)
            return true
          } catch {
            return false
          }
        }
        guard isReadable else { throw .aborted }
      }
      try await write(file, position..<end)
      position = end
      await Task.yield()
    }
  }
}
