internal import DurableFiles
internal import HTTPSemantics
internal import Posix
internal import Storage

extension ObjectMetadata {
  /// The attribute that holds the record of it.
  static let attribute = "user.vitrine.object"
}

/// Metadata of objects in attributes; what does not fit there goes to a file of its own in the bucket's private folder,
/// synced before the object gets its name.
extension BucketFolder {
  /// ext4 holds about 4,000 bytes of attributes a file in all.
  private static let attributeLimit = 3_400
  /// How often metadata is looked for that are changed at the same time.
  private static let sidecarAttempts = 8

  /// Makes a file carry the metadata of the object with a key.
  func record(_ metadata: ObjectMetadata, of key: [UInt8], on file: borrowing FileDescriptor) throws(StorageError) {
    do throws(Errno) {
      let json = ObjectRecord(metadata, contentTime: try file.status().modified).json
      let bytes = JSONWriter.write(json)
      if bytes.count <= Self.attributeLimit {
        do throws(Errno) { return try file.setAttribute(ObjectMetadata.attribute, to: bytes) } catch .noSpace {
          // ext4 keeps the attributes of a file in one block, which on a small file system has 1,024 bytes.
        }
      }
      let name = SidecarName()
      // With the key, so that it is known later whether the object still has them.
      let whole = JSONValue.object([
        .init(name: "facts", value: json), .init(name: "key", value: .string(Hexadecimal.encode(key))),
      ])
      try replaceDurably(name.text, with: JSONWriter.write(whole), in: try sidecars())
      let reference = JSONValue.object([
        .init(name: "v", value: 1), .init(name: "sidecar", value: .string(name.text)),
      ])
      try file.setAttribute(ObjectMetadata.attribute, to: JSONWriter.write(reference))
    } catch .notSupported {
      throw .attributesUnsupported
    } catch {
      throw StorageError(error, "recording an object's metadata")
    }
  }

  /// The metadata of an open file. One that came by another way than this store has none of its own: they are made up from
  /// its state. Of one that was written to since, what tells of its bytes is.
  func metadata(of file: borrowing FileDescriptor, named key: [UInt8]) throws(StorageError) -> ObjectMetadata {
    do throws(Errno) {
      let status = try file.status()
      let foreign = ObjectMetadata(ofForeignFile: status, key: key)
      guard let record = try recordedMetadata(of: file), record.metadata.size == status.size else { return foreign }
      return record.isOfContent(modified: status.modified) ? record.metadata : record.metadata.withContent(of: foreign)
    } catch {
      throw StorageError(error, "reading an object's metadata")
    }
  }

  /// The name of the file that holds the metadata of an open object; nil where the attribute does. An error tells nothing
  /// of that: the file is then to be kept.
  func sidecarName(of file: borrowing FileDescriptor) throws(Errno) -> SidecarName? {
    try attribute(of: file)?["sidecar"]?.stringValue.flatMap { SidecarName($0) }
  }

  /// The same for the file at a place.
  func sidecarName(at location: ObjectLocation) throws(Errno) -> SidecarName? {
    try sidecarName(of: try location.open())
  }

  /// Removes such a file when its object is gone. One that cannot be removed now is swept later, and one that is about
  /// another object stays: an attribute can name what is not its own.
  func removeSidecar(_ name: SidecarName, of key: [UInt8]) {
    guard let sidecars = try? sidecars(), let json = try? Self.sidecar(name, in: sidecars),
      Self.key(ofSidecar: json) == key
    else { return }
    try? sidecars.unlink(name.text)
  }

  /// What such a file holds; nil for no JSON.
  static func sidecar(_ name: SidecarName, in sidecars: borrowing FileDescriptor) throws(Errno) -> JSONValue? {
    let bytes = try sidecars.open(name.text, [.readOnly, .noFollow, .nonBlocking]).readAll(limit: sidecarLimit)
    return try? JSONParser.parse(bytes)
  }

  private static let sidecarLimit = 1 << 20

  /// The metadata that an open object carries; nil where it has none. An error is no such answer: metadata that was made up in
  /// their place could be written back.
  private func recordedMetadata(of file: borrowing FileDescriptor) throws(Errno) -> ObjectRecord? {
    var missing: SidecarName?
    for _ in 0..<Self.sidecarAttempts {
      guard let json = try attribute(of: file) else { return nil }
      guard let named = json["sidecar"] else { return ObjectRecord(json) }
      guard let sidecar = named.stringValue.flatMap({ SidecarName($0) }), sidecar != missing else { return nil }
      do throws(Errno) {
        return try Self.sidecar(sidecar, in: try sidecars())?["facts"].flatMap { ObjectRecord($0) }
      } catch .noSuchFile {
        // Others may have taken their place since the attribute was read: then it names those now.
        missing = sidecar
      }
    }
    throw .wouldBlock
  }

  /// What the attribute holds; nil where there is none, or none that was written by this program.
  private func attribute(of file: borrowing FileDescriptor) throws(Errno) -> JSONValue? {
    try file.attribute(ObjectMetadata.attribute).flatMap { try? JSONParser.parse($0) }
  }

  /// The key of the object that such a file is about.
  static func key(ofSidecar json: JSONValue) -> [UInt8]? {
    json["key"]?.stringValue.flatMap { Hexadecimal.decode($0.utf8) }.flatMap { KeyPath.isKey($0) ? $0 : nil }
  }

  /// The folder of such files.
  func sidecars() throws(Errno) -> FileDescriptor {
    do throws(Errno) {
      return try hidden.descriptor.open(Self.sidecarsName, [.readOnly, .directory, .noFollow])
    } catch .noSuchFile {
      do throws(Errno) { try hidden.descriptor.makeDirectory(Self.sidecarsName, mode: 0o700) } catch .fileExists {}
      try hidden.descriptor.synchronize()
      return try hidden.descriptor.open(Self.sidecarsName, [.readOnly, .directory, .noFollow])
    }
  }
}
