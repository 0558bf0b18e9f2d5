/// Content on its way in, which nobody can see. It vanishes with the writer unless it is committed.
///
/// For one task: calls do not overlap. A writer may take up no space before the first byte is appended, so that whoever
/// begins one need not wait.
public protocol ContentWriter: AnyObject, Sendable {
  /// Runs a step on the content so far, where waiting for a disk and computing keep nobody else from being served: taking
  /// bytes out of their framing, digesting, looking at them and appending them are one such step.
  /// - Throws: what the step throws; the content stays as the step left it.
  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value

  /// The same with a step that takes hardly longer than to digest and append so many bytes. A storage that need not wait for
  /// a disk with them may do it at once.
  /// - Parameter count: nil of a step that may take longer.
  nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    appending count: Int?, _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value

  /// Tells before the first step how long the content will be, in bytes, as its sender has announced. It may come otherwise.
  func expect(_ length: UInt64)

  /// Gives the content up; its space is free when this returns.
  nonisolated(nonsending) func discard() async
}

extension ContentWriter {
  /// However long it takes.
  public nonisolated(nonsending) func update<Value: Sendable, Failure: Error>(
    appending count: Int?, _ step: @escaping @Sendable (any StagedContent) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await update(step)
  }

  /// Not every storage cares.
  public func expect(_ length: UInt64) {}
}

/// The content of an object on its way in.
public protocol ObjectWriter: ContentWriter {
  /// The most bytes that the bucket keeps of an object; nil where it sets no limit of its own.
  var sizeLimit: UInt64? { get }

  /// Gives the content its key, replacing what stood there; when this returns, it survives a power cut and is listed. The
  /// writer ends with it, whether or not it succeeds.
  /// - Parameters:
  ///   - metadata: what is known of it; its size is that of the content.
  ///   - precondition: evaluated while nobody else can change the object.
  /// - Returns: the metadata; where the content has said `findsMD5` and they had no entity tag, with that.
  /// - Throws: `preconditionFailed`, `noSuchKey` (of the precondition), `noSuchBucket`, `objectExists` and `refused` where
  ///   the bucket has rules of its own, `full`. After any error the object is as it was.
  @discardableResult
  nonisolated(nonsending) func commit(
    _ metadata: ObjectMetadata, if precondition: Precondition
  ) async throws(StorageError) -> ObjectMetadata

  /// The same after a last step on the content, which tells the metadata: a storage that does both in one go spares small
  /// contents a change of threads.
  /// - Parameter count: see `update`.
  /// - Returns: the metadata, as above.
  /// - Throws: what the step throws; the content is given up then.
  nonisolated(nonsending) func commit<Failure: Error>(
    if precondition: Precondition, appending count: Int?,
    after step: @escaping @Sendable (any StagedContent) throws(Failure) -> ObjectMetadata
  ) async throws(CommitError<Failure>) -> ObjectMetadata
}

/// Why a content was not committed after a last step on it.
public enum CommitError<Failure: Error>: Error {
  /// What the step threw.
  case step(Failure)
  /// The storage refused the content, or failed.
  case storage(StorageError)
}

extension ObjectWriter {
  /// No limit.
  public var sizeLimit: UInt64? { nil }

  /// The step, and then the commit.
  public nonisolated(nonsending) func commit<Failure: Error>(
    if precondition: Precondition, appending count: Int?,
    after step: @escaping @Sendable (any StagedContent) throws(Failure) -> ObjectMetadata
  ) async throws(CommitError<Failure>) -> ObjectMetadata {
    let metadata: ObjectMetadata
    do throws(Failure) { metadata = try await update(appending: count, step) } catch {
      await discard()
      throw .step(error)
    }
    do throws(StorageError) { return try await commit(metadata, if: precondition) } catch { throw .storage(error) }
  }
}

/// The content of a writer, while a step works on it. Its calls may wait for a disk.
public protocol StagedContent: AnyObject {
  /// Length in bytes.
  var size: UInt64 { get }

  /// Declares that nothing of the content will be read back or changed, and that the MD5 of its beginning will be supplied.
  func allowLeading()

  /// How many bytes at the beginning leave this host as they come; nil where all of it stays until it is committed.
  /// Whoever has called `allowLeading` supplies their MD5 once the last of them is appended.
  var leadingLength: UInt64? { get }

  /// Supplies the MD5 of the bytes that leave as they come.
  func supplyLeadingMD5(_ md5: [UInt8])

  /// Whether the MD5 is found where the content is kept, so that nobody else need compute it: the metadata with which it is
  /// committed may lack an entity tag that is just that, but not the CRC-32. It follows from the length that is expected.
  var findsMD5: Bool { get }

  /// Appends bytes, which need not be copied.
  /// - Throws: as the one below.
  func append(_ bytes: ArraySlice<UInt8>) throws(StorageError)

  /// Appends bytes.
  /// - Throws: `full`; with the first bytes also what beginning the content throws, such as `noSuchBucket`.
  func append(_ bytes: Span<UInt8>) throws(StorageError)

  /// Appends what was read elsewhere; blocks of a file are shared where the file system can.
  func append(_ chunk: Chunk) throws(StorageError)

  /// Reads at an offset into a buffer.
  /// - Returns: the number of bytes, 0 at the end of the content.
  func read(into buffer: inout [UInt8], at offset: UInt64) throws(StorageError) -> Int

  /// Cuts the content to a length that it has already reached; a longer one changes nothing.
  func truncate(to length: UInt64) throws(StorageError)

  /// Removes and replaces ranges in place. The edits are in order and do not overlap.
  func apply(_ edits: [ByteEdit]) throws(StorageError)

  /// Takes back everything: the content is empty, and its space is free.
  func removeAll()
}

extension StagedContent {
  /// Not every storage cares.
  public func allowLeading() {}

  /// Most contents stay until they are committed.
  public var leadingLength: UInt64? { nil }

  /// Most contents stay until they are committed.
  public func supplyLeadingMD5(_ md5: [UInt8]) {}

  /// Most storages leave it to whoever brings the content.
  public var findsMD5: Bool { false }

  /// The same with what the bytes lie in.
  public func append(_ bytes: ArraySlice<UInt8>) throws(StorageError) { try append(bytes.span) }
}
