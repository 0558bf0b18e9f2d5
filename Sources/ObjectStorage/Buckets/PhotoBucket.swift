internal import LocalStorage
internal import Posix
internal import Storage

/// The bucket `photos`: the photo folders, which others fill. A first folder's name is that of its archive. It is only
/// read: their owner's programs know nothing of keys and locks.
struct PhotoBucket: SpecialBucket {
  static let name = "photos"

  let folders: PhotoFolders
  /// The operator, whose bucket it is.
  let owner: String
  let created: Timestamp

  private static let readOnly = BucketError.notAllowed(
    "The bucket photos can only be read: its folders are filled by FTP or by the site's own programs.")

  var objectLimit: UInt64? { nil }

  func configuration() -> BucketConfiguration {
    BucketConfiguration(owner: owner, created: created)
  }

  func lister(seesAll: Bool) -> any ObjectLister {
    PhotoLister(listing: PhotoListing(folders))
  }

  func open(_ key: [UInt8]) throws(BucketError) -> OpenObject {
    do throws(FolderError) {
      let file = try folders.open(file: key)
      do throws(Errno) {
        let status = try file.status()
        let facts = ObjectMetadata(ofStranger: status, key: key)
        return OpenObject(file: SharedDescriptor(file), facts: facts, status, isForeign: true)
      } catch {
        throw .io(error, context: "looking at a photo")
      }
    } catch {
      throw BucketError(error)
    }
  }

  func members(under prefix: [UInt8], seesAll: Bool) throws(FolderError) -> [FolderMember] {
    do throws(FolderError) { return try folders.list(below: prefix.dropLast(1)).members } catch .notFound { return [] }
  }

  func stage() throws(BucketError) -> StagedFile { throw Self.readOnly }

  func put(
    _ file: consuming StagedFile, as key: [UInt8], _ facts: ObjectMetadata, condition: BucketStore.Condition
  ) throws(BucketError) { throw Self.readOnly }

  func remove(_ key: [UInt8], condition: BucketStore.Condition) throws(BucketError) -> Bool { throw Self.readOnly }
}

/// Photos by their paths.
private struct PhotoLister: ObjectLister {
  let listing: PhotoListing

  func list(from start: ListingStart, limit: Int) throws(BucketError) -> [ListedObject] {
    do throws(FolderError) { return try listing.files(from: start, limit: limit) } catch { throw BucketError(error) }
  }
}

extension BucketError {
  fileprivate init(_ error: FolderError) {
    switch error {
    case .notFound, .changed: self = .noSuchKey
    case .io(let cause, let context): self = .store(.io(cause, context: context))
    case .rootUnavailable, .cannotBePacked: self = .store(.io(.inputOutput, context: "\(error)"))
    }
  }
}
