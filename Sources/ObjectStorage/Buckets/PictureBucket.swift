internal import Digests
internal import HTTPSemantics
internal import ImageStructure
internal import Journal
internal import LocalStorage
internal import Magic
internal import Pictures
internal import Posix
internal import Storage
internal import WebService

/// The bucket `images`: the pictures of the image host. A put passes the rules of an upload, is kept byte for byte, and
/// never overwrites.
struct PictureBucket: SpecialBucket {
  static let name = "images"
  /// Pictures that are read from the list at once for an archive.
  private static let page = 1_000

  let pictures: any PictureStore
  let limits: PictureLimits
  let magic: MagicDatabase
  /// The operator, whose bucket it is.
  let owner: String
  let created: Posix.Timestamp

  var objectLimit: UInt64? { limits.bytes }

  /// The pictures are public: who has the name may have the picture, here as at the image host.
  private static let policy = """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",\
    "Resource":"arn:aws:s3:::images/*"}]}
    """

  func configuration() -> BucketConfiguration {
    var configuration = BucketConfiguration(owner: owner, created: created)
    configuration.documents["policy"] = Self.policy
    return configuration
  }

  // MARK: Reading

  func lister(seesAll: Bool) -> any ObjectLister {
    PictureLister(pictures: pictures, seesAll: seesAll)
  }

  func open(_ key: [UInt8]) throws(BucketError) -> OpenObject {
    guard let name = StoredName(key), let facts = try facts(of: name) else { throw .noSuchKey }
    do throws(StoreError) {
      let file = try pictures.open(name)
      let status: FileStatus
      do throws(Errno) { status = try file.status() } catch { throw StoreError(error, "looking at a picture") }
      guard status.size == facts.size else { throw StoreError.notFound }
      let facts = try facts.completed(from: file)
      return OpenObject(file: SharedDescriptor(file), facts: facts, status)
    } catch .notFound {
      throw .noSuchKey
    } catch {
      throw .store(error)
    }
  }

  /// What is known of a picture whose time is not over.
  private func facts(of name: StoredName) throws(BucketError) -> ObjectMetadata? {
    do throws(StoreError) {
      guard let picture = try pictures.facts(of: name), picture.expiresAt.map({ $0 > Clock.now() }) ?? true else {
        return nil
      }
      return try pictures.objects(of: [picture]).first?.metadata
    } catch {
      throw .store(error)
    }
  }

  func members(under prefix: [UInt8], seesAll: Bool) throws(FolderError) -> [FolderMember] {
    // Names have no slash: there are no folders in it.
    guard prefix.isEmpty else { return [] }
    var current: PictureMetadata?
    do throws(StoreError) {
      var members: [FolderMember] = []
      var start = ListingStart.beginning
      while true {
        let page = try pictures.pictures(
          named: start, limit: Self.page, includesUnlisted: seesAll, now: Clock.now())
        for picture in page {
          current = picture
          if let member = try member(picture) { members.append(member) }
        }
        current = nil
        guard let last = page.last, page.count == Self.page else { return members }
        start = .after(Array(last.name.text.utf8))
      }
    } catch .io(let error, let context) {
      let failure = FolderError.io(error, context: context)
      throw current.map { failure.keepingFromPacking(Array($0.name.text.utf8)) } ?? failure
    } catch {
      throw .io(.inputOutput, context: "listing pictures: \(error)")
    }
  }

  /// Nil if the picture is gone by now.
  private func member(_ picture: PictureMetadata) throws(StoreError) -> FolderMember? {
    let file: FileDescriptor
    do { file = try pictures.open(picture.name) } catch .notFound { return nil }
    do throws(Errno) {
      let status = try file.status()
      return FolderMember(
        path: Array(picture.name.text.utf8), mode: status.mode, identity: FileIdentity(status),
        crc32: picture.content.crc32)
    } catch {
      throw .io(error, context: "looking at a picture")
    }
  }

  // MARK: Changing

  func stage() throws(BucketError) -> StagedFile {
    do throws(StoreError) { return try pictures.stage() } catch { throw .store(error) }
  }

  func put(
    _ file: consuming StagedFile, as key: [UInt8], _ facts: ObjectMetadata, condition: BucketStore.Condition
  ) throws(BucketError) {
    guard let name = StoredName(key), !name.text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
    else {
      throw .contentRefused(
        code: "invalid-name", reason: "The key of a picture is a plain file name, without a slash or a first dot.")
    }
    guard facts.storageClass == nil else {
      throw .contentRefused(code: "storage-class", reason: "Pictures have the storage class STANDARD and no other.")
    }
    let existing = try self.facts(of: name)
    try condition(existing)
    guard existing == nil else { throw .objectExists }
    let structure = try validate(file, name)
    var facts = facts
    facts.contentType = structure.kind.mediaType
    facts.acl = "public-read"
    let hasRoom: Bool
    do throws(StoreError) { hasRoom = try file.record(facts) } catch { throw .store(error) }
    guard hasRoom else {
      throw .contentRefused(code: "metadata-too-large", reason: "A picture has less room for metadata and tags.")
    }
    do throws(StoreError) {
      var content = try file.digests()
      content.md5 = Hexadecimal.decode(facts.etag.utf8)
      let picture = PictureMetadata(
        name: name, originalName: name.text, mediaType: facts.contentType, width: structure.shownSize.width,
        height: structure.shownSize.height, content: content, uploadedAt: facts.modified)
      try pictures.publish(file, picture)
    } catch .exists {
      throw .objectExists
    } catch {
      throw .store(error)
    }
  }

  private func validate(_ file: borrowing StagedFile, _ name: StoredName) throws(BucketError) -> ImageStructure {
    var validator = PictureValidator(fileExtension: name.pathExtension, limits: limits, magic: magic)
    var buffer = [UInt8](repeating: 0, count: 131_072)
    while validator.refusal == nil {
      let count: Int
      do throws(StoreError) { count = try file.read(into: &buffer, at: validator.size) } catch { throw .store(error) }
      if count == 0 { break }
      validator.consume(buffer[..<count])
    }
    let structure: ImageStructure
    do throws(StorageError) { structure = try validator.finish() } catch { throw BucketError(picture: error) }
    // Here the name is the sender's: it cannot be mended, and nginx tells the type of the file by it.
    guard ImageKind.named(byExtension: name.pathExtension) == structure.kind else {
      throw .contentRefused(
        code: ProblemCode.unsupportedFormat.rawValue,
        reason: "The extension of the key is not that of the content, which is \(structure.kind.mediaType).")
    }
    return structure
  }

  func remove(_ key: [UInt8], condition: BucketStore.Condition) throws(BucketError) -> Bool {
    guard let name = StoredName(key), let facts = try facts(of: name) else {
      try condition(nil)
      return false
    }
    try condition(facts)
    do throws(StoreError) {
      try pictures.remove(name)
      return true
    } catch .notFound {
      return false
    } catch {
      throw .store(error)
    }
  }
}

/// Pictures by their names.
private struct PictureLister: ObjectLister {
  let pictures: any PictureStore
  let seesAll: Bool

  func list(from start: ListingStart, limit: Int) throws(BucketError) -> [ListedObject] {
    do throws(StoreError) {
      var objects: [ListedObject] = []
      var start = start
      // Some may be gone by the time that they are looked at; fewer than asked for would mean that there are no more.
      while objects.count < limit {
        let wanted = limit - objects.count
        let page = try pictures.pictures(named: start, limit: wanted, includesUnlisted: seesAll, now: Clock.now())
        objects += try pictures.objects(of: page).map { ListedObject(key: Array($0.name.text.utf8), $0.metadata) }
        guard let last = page.last, page.count == wanted else { break }
        start = .after(Array(last.name.text.utf8))
      }
      return objects
    } catch {
      throw .store(error)
    }
  }
}

extension StoredName {
  fileprivate init?(_ key: [UInt8]) {
    guard let text = String(validating: key, as: UTF8.self) else { return nil }
    self.init(text)
  }
}

extension BucketError {
  /// Why the rules for pictures refuse a file.
  fileprivate init(picture error: StorageError) {
    let problem = Problem(error)
    self = .contentRefused(code: problem.code.rawValue, reason: problem.text(Words(.english)))
  }
}
