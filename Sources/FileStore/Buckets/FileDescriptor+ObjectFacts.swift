internal import Digests
internal import HTTPSemantics
internal import Posix

/// Facts of objects in attributes; what does not fit there goes to a file of its own in the bucket's private folder,
/// synced before the object gets its name.
extension BucketFolder {
  /// ext4 holds about 4,000 bytes of attributes a file in all.
  private static let attributeLimit = 3_400
  /// How often facts are looked for that are changed at the same time.
  private static let factsAttempts = 8

  /// Makes a file carry facts, those of the object with a key.
  func record(_ facts: ObjectFacts, of key: [UInt8], on file: borrowing FileDescriptor) throws(BucketError) {
    do throws(Errno) {
      var json = facts.json
      var bytes = JSONWriter.write(json)
      if bytes.count > Self.attributeLimit {
        let name = Hexadecimal.encode(SecureRandom.bytes(16))
        // With the key, so that it can be told later whether the object still has them.
        let whole = JSONValue.object([
          .init(name: "facts", value: json), .init(name: "key", value: .string(Hexadecimal.encode(key))),
        ])
        try replaceDurably(name, with: JSONWriter.write(whole), in: try sidecars())
        json = .object([.init(name: "v", value: 1), .init(name: "sidecar", value: .string(name))])
        bytes = JSONWriter.write(json)
      }
      try file.setAttribute(ObjectFacts.attribute, to: bytes)
    } catch .notSupported {
      throw .store(.attributesUnsupported)
    } catch {
      throw BucketError(error, "recording an object's facts")
    }
  }

  /// The facts of an open file. One that came by another way than this store has none of its own: they are made up from
  /// its state.
  func facts(of file: borrowing FileDescriptor, named key: [UInt8]) throws(BucketError) -> ObjectFacts {
    do throws(Errno) {
      let status = try file.status()
      guard let facts = try recordedFacts(of: file), facts.size == status.size else {
        return ObjectFacts(ofStranger: status, key: key)
      }
      return facts
    } catch {
      throw BucketError(error, "reading an object's facts")
    }
  }

  /// The name of the file that holds the facts of an open object; nil where the attribute does. An error tells nothing
  /// of that: the file is then to be kept.
  func sidecarName(of file: borrowing FileDescriptor) throws(Errno) -> String? {
    try attribute(of: file)?["sidecar"]?.stringValue
  }

  /// The same for the file at a place.
  func sidecarName(at place: ObjectPlace) throws(Errno) -> String? {
    try sidecarName(of: try place.open())
  }

  /// Removes such a file when its object is gone. One that cannot be removed now is swept later.
  func removeSidecar(_ name: String) {
    try? (try? sidecars())?.unlink(name)
  }

  /// The facts that an open object carries; nil where it has none. An error is no such answer: facts that were made up in
  /// their place could be written back.
  private func recordedFacts(of file: borrowing FileDescriptor) throws(Errno) -> ObjectFacts? {
    var missing: String?
    for _ in 0..<Self.factsAttempts {
      guard let json = try attribute(of: file) else { return nil }
      guard let sidecar = json["sidecar"]?.stringValue else { return ObjectFacts(json) }
      if sidecar == missing { return nil }
      do throws(Errno) {
        let whole = try sidecars().open(sidecar, [.readOnly, .noFollow]).readAll(limit: 1 << 20)
        return (try? JSONParser.parse(whole)).flatMap { $0["facts"] }.flatMap { ObjectFacts($0) }
      } catch .noSuchFile {
        // Others may have taken their place since the attribute was read: then it names those now.
        missing = sidecar
      }
    }
    throw .wouldBlock
  }

  /// What the attribute holds; nil where there is none, or none that was written by this program.
  private func attribute(of file: borrowing FileDescriptor) throws(Errno) -> JSONValue? {
    try file.attribute(ObjectFacts.attribute).flatMap { try? JSONParser.parse($0) }
  }

  /// The key of the object that such a file is about.
  static func key(ofSidecar json: JSONValue) -> [UInt8]? {
    json["key"]?.stringValue.flatMap { Hexadecimal.decode($0.utf8) }
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
