internal import Digests
internal import DurableFiles
internal import HTTPSemantics
public import Posix
public import Storage

/// What processes that died left in the private folders of buckets, where their names do not tell whose it was.
extension BucketStore {
  /// Removes what nobody uses and has not been touched since a moment, which is to be longer ago than any request takes:
  /// metadata of objects that never got a name or have another by now, uploads that were never begun, halves of files.
  /// What cannot be removed is reported, and stays for another time.
  /// - Returns: how many were removed.
  public func removeLeftovers(before limit: Timestamp) throws(StorageError) -> Int {
    var count = 0
    for name in try names() {
      guard let folder = try? folder(name) else { continue }
      do throws(Errno) {
        count += try removeHalves(in: folder.hidden.descriptor, before: limit)
        count += try removeMetadata(in: folder, before: limit)
        count += try removeUploads(in: folder, before: limit)
      } catch .noSuchFile {
        // The bucket was deleted meanwhile.
      } catch {
        log("cannot remove the leftovers of bucket \(name): \(error)")
      }
    }
    return count
  }

  /// Files that were to replace others (see `replaceDurably`), or to become parts.
  private func removeHalves(in folder: borrowing FileDescriptor, before limit: Timestamp) throws(Errno) -> Int {
    try remove(in: folder, before: limit) { $0.first == UInt8(ascii: ".") }
  }

  private func removeMetadata(in folder: BucketFolder, before limit: Timestamp) throws(Errno) -> Int {
    let sidecars = try folder.sidecars()
    return try remove(in: sidecars, before: limit) { name in
      guard name.first != UInt8(ascii: ".") else { return true }
      guard let name = SidecarName(String(decoding: name, as: UTF8.self)) else { return false }
      do throws(StorageError) {
        return try isUnused(name, in: sidecars, of: folder)
      } catch {
        // It may be in use.
        log("cannot tell whether the metadata \(name) of bucket \(folder.name) are still in use: \(error)")
        return false
      }
    }
  }

  /// Whether no object has the metadata of this name: the object is gone, or has other metadata.
  private func isUnused(
    _ name: SidecarName, in sidecars: borrowing FileDescriptor, of folder: BucketFolder
  ) throws(StorageError) -> Bool {
    let json: JSONValue?
    do throws(Errno) { json = try BucketFolder.sidecar(name, in: sidecars) } catch {
      throw StorageError(error, "reading metadata")
    }
    guard let key = json.flatMap({ BucketFolder.key(ofSidecar: $0) }) else { return false }
    func isUnused() throws(StorageError) -> Bool {
      guard let location = try ObjectLocation.find(key, in: folder) else { return true }
      do throws(Errno) { return try folder.sidecarName(at: location) != name } catch {
        throw StorageError(error, "reading an object's metadata")
      }
    }
    // Again while no object gets another name.
    guard try isUnused() else { return false }
    return try withNamespaceLock(of: folder, isUnused)
  }

  private func removeUploads(in folder: BucketFolder, before limit: Timestamp) throws(Errno) -> Int {
    let uploads = try folder.uploads()
    var count = 0
    for entry in try uploads.directoryEntries() {
      let name = String(decoding: entry.name, as: UTF8.self)
      guard let upload = try? uploads.open(name, [.readOnly, .directory, .noFollow]) else { continue }
      if try upload.statusIfPresent(of: Self.descriptionName) != nil {
        count += try removeHalves(in: upload, before: limit)
      } else if try upload.status().modified < limit {
        try removeTree(name, in: uploads)
        count += 1
      }
    }
    return count
  }

  /// Removes the old ones among the files of a folder that are not wanted.
  private func remove(
    in folder: borrowing FileDescriptor, before limit: Timestamp, _ isUnwanted: ([UInt8]) -> Bool
  ) throws(Errno) -> Int {
    var count = 0
    for entry in try folder.directoryEntries() {
      guard let status = try? folder.status(of: entry.name), status.isRegular, status.modified < limit,
        isUnwanted(entry.name)
      else { continue }
      do throws(Errno) { try folder.unlink(String(decoding: entry.name, as: UTF8.self)) } catch .noSuchFile { continue }
      count += 1
    }
    return count
  }
}
