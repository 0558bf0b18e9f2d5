internal import DurableFiles
public import Posix
public import Storage

/// An object, open to be read.
public struct OpenObject: Sendable {
  /// The file.
  public let file: SharedDescriptor
  /// Its metadata.
  public let metadata: ObjectMetadata
  /// What the file must still be while it is read. Changes of attributes and names do not count: those of an object
  /// change while others read it.
  public let version: FileVersion
  private let status: FileStatus
  private let isForeign: Bool

  /// An open file with its metadata.
  /// - Parameters:
  ///   - status: of the file, before its metadata was read.
  ///   - isForeign: whether only others write to the file, so that a change of its attributes is a sign of theirs: they
  ///     may have put the time back.
  public init(file: SharedDescriptor, metadata: ObjectMetadata, _ status: FileStatus, isForeign: Bool = false) {
    self.file = file
    self.metadata = metadata
    self.status = status
    self.isForeign = isForeign
    version = isForeign ? FileVersion(status) : FileVersion(contentOf: status)
  }

  /// What is known of the object, and of which version its content is.
  var head: ObjectHead {
    ObjectHead(
      metadata,
      .file(isForeign ? ContentVersion.FileState(status) : ContentVersion.FileState(contentOf: status)))
  }

  /// The same for those who know no files.
  /// - Parameter threads: those that may wait for the file's disk.
  public func opened(_ threads: DiskThreads) -> LocalObject {
    LocalObject(file, metadata, status, isForeign: isForeign, threads: threads)
  }

  /// Digests of the bytes, read once from beginning to end.
  public func digests() throws(StorageError) -> ContentDigests {
    do throws(Errno) {
      return try file.descriptor.contentDigests()
    } catch {
      throw StorageError(error, "digesting an object")
    }
  }
}
