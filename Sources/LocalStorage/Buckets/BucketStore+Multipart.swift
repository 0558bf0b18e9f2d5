internal import Digests
internal import DurableFiles
internal import HTTPSemantics
public import Posix
public import Storage

/// Multipart uploads: each has a folder in the bucket's private one, with a description and a file for each part.
extension BucketStore {
  static let descriptionName = "upload.json"
  private static let partAttribute = "user.vitrine.part"

  /// Begins an upload.
  public func beginUpload(
    of key: [UInt8], in bucket: String, _ metadata: ObjectMetadata, checksumAlgorithm: String?
  ) throws(StorageError) -> MultipartUpload {
    try Self.checkDepth(of: key)
    let folder = try folder(bucket)
    let upload = MultipartUpload(
      identifier: Hexadecimal.encode(SecureRandom.bytes(16)), key: key, metadata: metadata,
      checksumAlgorithm: checksumAlgorithm)
    do throws(Errno) {
      let uploads = try folder.uploads()
      try uploads.makeDirectory(upload.identifier, mode: FolderMode.hidden)
      try replaceDurably(
        Self.descriptionName, with: JSONWriter.write(upload.json),
        in: try uploads.open(upload.identifier, [.readOnly, .directory, .noFollow]))
      try uploads.synchronize()
    } catch {
      throw StorageError(error, "beginning a multipart upload")
    }
    return upload
  }

  /// An upload that has begun and is neither complete nor aborted.
  public func upload(_ identifier: String, of key: [UInt8], in bucket: String) throws(StorageError) -> MultipartUpload {
    let location = try uploadFolder(identifier, in: try folder(bucket))
    guard let upload = try description(identifier, in: location), upload.key == key else {
      throw .noSuchUpload(identifier)
    }
    return upload
  }

  /// The uploads of a bucket, by key and then by id.
  public func uploads(in bucket: String) throws(StorageError) -> [MultipartUpload] {
    let folder = try folder(bucket)
    let entries: [DirectoryEntry]
    do throws(Errno) { entries = try folder.uploads().directoryEntries() } catch {
      throw StorageError(error, "listing multipart uploads")
    }
    var found: [MultipartUpload] = []
    for entry in entries {
      let identifier = String(decoding: entry.name, as: UTF8.self)
      do throws(StorageError) {
        let location = try uploadFolder(identifier, in: folder)
        if let upload = try description(identifier, in: location) { found.append(upload) }
      } catch .noSuchUpload {
        // It ended at this moment.
      }
    }
    return found.sorted {
      $0.key == $1.key ? $0.identifier < $1.identifier : $0.key.lexicographicallyPrecedes($1.key)
    }
  }

  /// Puts a part, replacing an earlier one of the same number.
  func putPart(
    _ file: consuming StagedFile, _ part: UploadedPart, of identifier: String, in bucket: String
  ) throws(StorageError) {
    let location = try uploadFolder(identifier, in: try folder(bucket))
    let temporary = ".\(part.number)-\(Hexadecimal.encode(SecureRandom.bytes(8)))"
    do throws(Errno) {
      try file.file.setAttribute(Self.partAttribute, to: JSONWriter.write(part.json))
      try file.file.synchronize()
      try file.file.link(as: temporary, in: location)
      try location.rename(temporary, to: String(part.number))
      try location.synchronize()
    } catch .noSuchFile {
      // Aborted or completed in the meantime.
      throw .noSuchUpload(identifier)
    } catch {
      throw StorageError(error, "putting a part")
    }
  }

  /// The parts of an upload, by number.
  public func parts(of identifier: String, in bucket: String) throws(StorageError) -> [UploadedPart] {
    let location = try uploadFolder(identifier, in: try folder(bucket))
    do throws(Errno) {
      var parts: [UploadedPart] = []
      for entry in try location.directoryEntries() {
        guard let number = UploadedPart.number(of: entry.name) else { continue }
        do throws(Errno) {
          if let part = try part(number, of: try open(number, in: location)) { parts.append(part) }
        } catch .noSuchFile {
          // The upload ended at this moment.
        }
      }
      return parts.sorted { $0.number < $1.number }
    } catch {
      throw StorageError(error, "listing parts")
    }
  }

  private func open(_ number: Int, in location: borrowing FileDescriptor) throws(Errno) -> FileDescriptor {
    try location.open(String(number), [.readOnly, .noFollow, .nonBlocking])
  }

  private func part(_ number: Int, of file: borrowing FileDescriptor) throws(Errno) -> UploadedPart? {
    guard let bytes = try file.attribute(Self.partAttribute), let json = try? JSONParser.parse(bytes) else {
      return nil
    }
    return UploadedPart(number, json, length: try file.status().size)
  }

  /// Puts an object together from parts, in the order given, without copying bytes where the file system can share them.
  /// Throws `invalidPart` where one of them is not there any more, or has been put again since.
  public func complete(
    _ identifier: String, _ parts: [UploadedPart], as key: [UInt8], in bucket: String, _ metadata: ObjectMetadata,
    if precondition: Precondition = .none
  ) throws(StorageError) {
    let folder = try folder(bucket)
    let location = try uploadFolder(identifier, in: folder)
    var staged: StagedFile
    staged = try folder.staging.stage()
    for part in parts {
      do throws(Errno) {
        let file = try open(part.number, in: location)
        // What the object's metadata say was reckoned from the part as it was listed; when it was put does not matter.
        var found = try self.part(part.number, of: file)
        found?.modified = part.modified
        guard found == part else { throw Errno.noSuchFile }
        try staged.append(file, 0..<part.size)
      } catch .noSuchFile {
        // Its parts go when an upload ends, and first its description.
        guard try description(identifier, in: location) != nil else { throw .noSuchUpload(identifier) }
        throw .invalidPart(part.number)
      } catch {
        throw StorageError(error, "putting parts together")
      }
    }
    try put(staged, as: key, in: bucket, metadata, if: precondition)
    // The object is there to stay: what is left of its parts goes with the stale uploads.
    do throws(StorageError) { try removeUpload(identifier, in: folder) } catch {
      log("cannot remove the parts of a complete upload of bucket \(bucket): \(error)")
    }
  }

  /// Gives an upload up.
  public func abort(_ identifier: String, of key: [UInt8], in bucket: String) throws(StorageError) {
    let folder = try folder(bucket)
    _ = try upload(identifier, of: key, in: bucket)
    try removeUpload(identifier, in: folder)
  }

  /// Removes uploads that were begun before a moment and never completed. What cannot be removed is reported, and stays for
  /// another time.
  /// - Returns: how many were removed.
  public func removeStaleUploads(before limit: Timestamp) throws(StorageError) -> Int {
    var count = 0
    for bucket in try names() {
      // Of a bucket that cannot be looked at nothing is known to be stale.
      guard let stale = try? uploads(in: bucket).filter({ $0.metadata.modified < limit }), !stale.isEmpty,
        let folder = try? folder(bucket)
      else { continue }
      for upload in stale {
        do throws(StorageError) {
          try removeUpload(upload.identifier, in: folder)
          count += 1
        } catch {
          log("cannot remove a stale upload of bucket \(bucket): \(error)")
        }
      }
    }
    return count
  }

  // MARK: Steps

  private func removeUpload(_ identifier: String, in folder: BucketFolder) throws(StorageError) {
    do throws(Errno) {
      let uploads = try folder.uploads()
      // First what makes it an upload: a part that is missing is then known to have gone with it.
      do throws(Errno) { try uploads.unlink("\(identifier)/\(Self.descriptionName)") } catch .noSuchFile {}
      try removeTree(identifier, in: uploads)
      try uploads.synchronize()
    } catch {
      throw StorageError(error, "removing a multipart upload")
    }
  }

  private func uploadFolder(_ identifier: String, in folder: BucketFolder) throws(StorageError) -> FileDescriptor {
    guard identifier.utf8.count == 32, Hexadecimal.decode(identifier.utf8) != nil else {
      throw .noSuchUpload(identifier)
    }
    do throws(Errno) {
      return try folder.uploads().open(identifier, [.readOnly, .directory, .noFollow])
    } catch .noSuchFile, .notDirectory, .symbolicLoop {
      // A file, a link or a pipe that somebody put there is no upload.
      throw .noSuchUpload(identifier)
    } catch {
      throw StorageError(error, "opening a multipart upload")
    }
  }

  /// What an upload is about; nil where that was never written, or is not there any more.
  private func description(
    _ identifier: String, in location: borrowing FileDescriptor
  ) throws(StorageError) -> MultipartUpload? {
    do throws(Errno) {
      let bytes = try location.open(Self.descriptionName, [.readOnly, .noFollow, .nonBlocking])
        .readAll(limit: 1 << 20)
      return (try? JSONParser.parse(bytes)).flatMap { MultipartUpload(identifier, $0) }
    } catch .noSuchFile {
      return nil
    } catch {
      throw StorageError(error, "reading a multipart upload")
    }
  }
}

extension BucketFolder {
  /// The folder of the multipart uploads.
  func uploads() throws(Errno) -> FileDescriptor {
    do throws(Errno) {
      return try hidden.descriptor.open(Self.uploadsName, [.readOnly, .directory, .noFollow])
    } catch .noSuchFile {
      do throws(Errno) {
        try hidden.descriptor.makeDirectory(Self.uploadsName, mode: FolderMode.hidden)
        try hidden.descriptor.synchronize()
      } catch .fileExists {}
      return try hidden.descriptor.open(Self.uploadsName, [.readOnly, .directory, .noFollow])
    }
  }
}
