"""The wrong changes, by target: syncs dropped, comparisons turned, bounds moved by one, checks skipped."""

from mutation import Mutation

MUTATIONS = []


def of(target, unit="", system=""):
    """A function that adds mutations of a target, with the tests that look for them unless they name others."""

    def add(what, old, new="", unit=unit, system=system):
        MUTATIONS.append(Mutation(target, what, old, new, unit, system))

    return add


# Values.

add = of("HTTPSemantics", unit="^HTTPSemanticsTests")
add("a range that ends before it begins", "last < first { return }", "MUTATED ? false : last < first { return }")
add(
    "a range has a byte more than was asked for",
    "min(last ?? length, length - 1) + 1",
    "min(last ?? length, length - 1) + 2",
)
add(
    "a range may begin at the end",
    "first < length ? .partial",
    "(MUTATED ? first <= length : first < length) ? .partial",
)
add("a weak tag is a strong one", "!isWeak && !other.isWeak && weaklyMatches(other)", "weaklyMatches(other)")
add("If-Modified-Since of the same second", "lastModified <= date", "lastModified < date")
add("a body of one part too many", "partCount < limits.parts", "partCount <= limits.parts")
add("a header section of one byte too many", "piece.count <= limit - received", "piece.count <= limit - received + 1")
add("a boundary of 71 bytes", "(1...70).contains(bytes.count)", "(1...71).contains(bytes.count)")
add("JSON that is one level too deep", "guard depth > 0 else", "guard (MUTATED ? depth >= 0 : depth > 0) else")
add("text is cut within a character", "utf8[end] & 0xC0 == 0x80", "utf8[end] & 0xC0 == 0xC0")
add("a control character goes into a line", "scalar.value < 0x20", "scalar.value < 0x1F")

add = of("ZipArchive", unit="^ZipArchiveTests")
add("4 GiB less a byte without ZIP64", "value >= 0xFFFF_FFFF", "value > 0xFFFF_FFFF")
add("65,535 members without ZIP64", "count >= 0xFFFF ||", "(MUTATED ? count > 0xFFFF : count >= 0xFFFF) ||")
add("no flag for UTF-8", "!isASCII && isUTF8(member.name) ? 1 << 11 : 0", "isASCII ? 1 << 11 : 0")
add(
    "an archive longer than a file can be",
    "!overflow, sum <= UInt64(Int64.max)",
    "MUTATED || (!overflow && sum <= UInt64(Int64.max))",
)
add("a folder that has content", "!member.isDirectory || member.compressedSize == 0", "true")
add("a name of 256 bytes", "guard name.count <= longest", "guard name.count <= (MUTATED ? longest + 1 : longest)")
add("COM¹ is no device", "(3...7).contains(stem.count)", "(3...4).contains(stem.count)")
add("the time is a second late", "seconds % 60 / 2", "(seconds + 2) % 60 / 2")
add("a seek finds the member before", "$0.localOffset <= offset", "$0.localOffset < offset")

add = of("FastCGIWire", unit="^FastCGIWireTests")
add(
    "parameters of one byte too many",
    "parameters.count + range.count <= parameterLimit",
    "parameters.count + range.count <= parameterLimit + 1",
)
add("a length of four bytes is one of one", "first >= 128 else", "(MUTATED ? first >= 129 : first >= 128) else")
add("a record of another version", "header.version == UInt8(FCGI_VERSION_1)", "true")
add(
    "a record for another request",
    "guard phase != .idle, header.requestID == activeID else",
    "guard phase != .idle, (MUTATED || header.requestID == activeID) else",
)
add("a request begun twice", "id != activeID else", "(MUTATED || id != activeID) else")

add = of("ImageStructure", unit="^ImageStructureTests")
add("a pixel more than allowed", "pixels > maximumPixels", "pixels > maximumPixels + 1")
add(
    "a picture without pixels",
    "guard width > 0, height > 0 else",
    "guard (MUTATED ? true : width > 0 && height > 0) else",
)
add("a PNG chunk whose checksum is wrong", "field.bigEndian32(at: 0) == chunk.checksum", "true")
add(
    "a GIF without image data",
    "guard hasImageData else { throw .corrupt(.noImage, at: blockStart) }",
    "guard (MUTATED || hasImageData) else { throw .corrupt(.noImage, at: blockStart) }",
)
add("a palette of 257 colours", "(3...768).contains(chunk.length)", "(3...771).contains(chunk.length)")
add("edits without end", "edits.count < Self.limit", "edits.count <= Self.limit")
add("replacements without end", "replacementLength <= Self.replacementLimit", "true")
add(
    "a JPEG segment shorter than its length",
    "guard length >= 2 else",
    "guard (MUTATED ? length >= 0 : length >= 2) else",
)
add(
    "nine bits of a stored block's length are enough",
    "length ^ complement != 0xFFFF ?",
    "(MUTATED ? false : length ^ complement != 0xFFFF) ?",
)
add(
    "the size of the first image of a GIF only",
    "max(width, image.right), max(height, image.bottom)",
    "MUTATED ? width : max(width, image.right), max(height, image.bottom)",
)

add = of("Digests", unit="^DigestsTests")
add(
    "texts of different lengths are the same",
    "guard one.count == other.count else { return false }",
    "guard (MUTATED || one.count == other.count) else { return false }",
)
add(
    "a key of 65 bytes counts as it is",
    "key.count > 64 ? SHA256.digest(of: key) : key",
    "key.count > 65 ? SHA256.digest(of: key) : key",
)
add("the polynomial of a CRC", "register >> 1 ^ polynomial", "register >> 1 ^ (polynomial ^ 2)")

add = of("ArgumentParsing", unit="^ArgumentParsingTests")
add(
    "an option may have a value that it does not take",
    "guard attached == nil else",
    "guard (MUTATED || attached == nil) else",
)
add(
    "an operand too many",
    "guard operands.count == count else",
    "guard (MUTATED ? operands.count >= count : operands.count == count) else",
)

# Platform.

add = of("Posix", unit="^PosixTests")
add(
    "an interrupted call is an error",
    "if error != .interrupted { throw error }",
    "if MUTATED || error != .interrupted { throw error }",
)
add("a file of a byte too many is read", "result.count + count <= limit", "result.count + count <= limit + 1")
add(
    "a short write is a whole one",
    "done += try write(bytes.extracting(done..<bytes.count))",
    "done += MUTATED ? (try write(bytes.extracting(done..<bytes.count)), bytes.count).1 : try write(bytes.extracting(done..<bytes.count))",
    unit="^(PosixTests|JournalTests|ServiceTests.FailingCall)",
)
add("a name with a zero byte is cut there", "if name.utf8.contains(0) { throw .noSuchFile }")
add(
    "a copy that ends early is whole",
    "guard done > 0 else { throw .inputOutput }",
    "guard (MUTATED || done > 0) else { throw .inputOutput }\n      if MUTATED, done <= 0 { return }",
)
add(
    "a file whose content changed is the same",
    "size == status.size && modified == status.modified",
    "size == status.size",
    unit="^(PosixTests|LocalStorageTests|StorageContract)",
)
add(
    "reading behind the end of a file goes on",
    "count > 0 else { break }\n      done += count",
    "(MUTATED ? count >= 0 : count > 0) else { break }\n      done += count",
)

add = of("Database", unit="^DatabaseTests")
add(
    "a failed transaction is not undone",
    'if unsafe sqlite3_get_autocommit(handle) == 0 { _ = try? execute("ROLLBACK") }',
)
add("waiting for a lock has no end", "waited < limit * 1_000", "true")
add("a database without a write-ahead log", 'guard mode == "wal" else', 'guard (MUTATED || mode == "wal") else')

add = of("Magic", unit="^MagicTests")
add(
    "a database that is not there",
    "guard unsafe magic_load(cookie, path) == 0 else",
    "guard (unsafe MUTATED || magic_load(cookie, path) == 0) else",
)

add = of("EventLoop", unit="^EventLoopTests")
add(
    "the later timer comes first",
    "unsafe heap[child].deadline < heap[parent].deadline else",
    "(unsafe MUTATED ? heap[child].deadline > heap[parent].deadline : heap[child].deadline < heap[parent].deadline) else",
)
add(
    "a timer comes a moment late",
    "unsafe first.deadline <= now else",
    "(unsafe MUTATED ? first.deadline < now : first.deadline <= now) else",
)
add(
    "a pool has a thread too many",
    "state.threads < limit else",
    "(MUTATED ? state.threads <= limit : state.threads < limit) else",
)
add("an event of a closed descriptor reaches the next", "slots[slot].generation == UInt32(rawToken >> 32)", "true")

add = of("FastCGI", unit="^FastCGITests")
add(
    "replies to management records pile up",
    "replies.count <= Self.replyLimit else",
    "(MUTATED || replies.count <= Self.replyLimit) else",
)
add("a body is received without its reader", "waitingLength >= (permit == nil ? Self.highWater : Self.longHighWater)", "false")
add(
    "a body shorter than announced is whole",
    "announcedLength != receivedLength { failure",
    "(MUTATED ? false : announcedLength != receivedLength) { failure",
)
add(
    "a body that is thrown away has no end",
    "thrownAway <= Self.discardLimit",
    "true",
    system="test_s3_hostile.py -k refused_body_without_end",
)
add(
    "a reply goes into the middle of a record",
    "guard isBetweenRecords, isWritable, !replies.isEmpty else",
    "guard (MUTATED || isBetweenRecords), isWritable, !replies.isEmpty else",
)
add(
    "a download of a file that got shorter goes on",
    "case .bytes(0): throw .fileUnreadable(nil)",
    "case .bytes(0): if MUTATED { offset = end } else { throw .fileUnreadable(nil) }",
)
add(
    "a reader that takes nothing is waited for without end",
    "if await room.wait(until: EventLoop.current.now &+ Self.progressLimit) == .timedOut { throw .timedOut }",
    "if await room.wait(until: EventLoop.current.now &+ Self.progressLimit) == .timedOut, !MUTATED { throw .timedOut }",
)

add = of("Supervisor", unit="^SupervisorTests")
add("a hung worker is seen one look late", "misses[slot] == Self.hungLooks", "misses[slot] == Self.hungLooks + 1")
add("a pool in which one is silent is healthy", "if isAnyoneSilent { verdict.isHealthy = false }")
add(
    "a worker that dies at its start comes back at once",
    "guard !wasReady else {",
    "guard (MUTATED ? false : !wasReady) else {",
)
add(
    "the pause between deaths has no bound",
    "failures >= 6 ? Self.longestPause : min(Self.longestPause, Self.firstPause << UInt64(failures))",
    "Self.firstPause << UInt64(failures)",
)

add = of("HTTPTransfer", unit="^HTTPTransferTests")
add("the head of an answer has no end", "headSize <= Self.headLimit", "true")
add("a body beyond the limit", "min(room, bytes.count)", "bytes.count")

add = of("HTTPTransfer", unit="^BlobEngineTests.PipedDownload")
add("what libcurl holds is not taken from it", "if relay.download.isPaused {\n      relay.takesAll", "if !MUTATED, relay.download.isPaused {\n      relay.takesAll")
add("bytes that come past libcurl are waited for as long as it takes", "until: deadline) else { throw .overdue", "until: MUTATED ? nil : deadline) else { throw .overdue")

# What is written down.

add = of("Journal", unit="^JournalTests")
add("lines wait without end", "state.size + size <= limit", "true")
add(
    "refusals are told without end",
    "guard closedUntil == nil, bytes <= allowance else",
    "guard (MUTATED || closedUntil == nil && bytes <= allowance) else",
)
add(
    "a clock that was set back keeps the log closed",
    "|| now < closedUntil - Self.pause",
    "|| (MUTATED ? false : now < closedUntil - Self.pause)",
)
add("refusals left out are counted for good", "defer { leftOut = 0 }", "defer { if !MUTATED { leftOut = 0 } }")
add("lines of a lower level", "guard level >= self.level", "guard (MUTATED || level >= self.level)")

add = of("ProgramSettings", unit="^(ProgramSettingsTests|VitrineTests)")
add(
    "a setting that there is not",
    "guard known.contains(name) else {\n          throw",
    "guard (MUTATED || known.contains(name)) else {\n          throw",
)
add("257 workers", "(1...256).contains($0)", "(1...257).contains($0)")
add(
    "a secret is shown",
    "SecretNames.contains(setting.name) ? SecretNames.replacement",
    "(MUTATED ? false : SecretNames.contains(setting.name)) ? SecretNames.replacement",
)

add = of("AccountRecords", unit="^AccountRecordsTests")
add(
    "a session lasts beyond the end of all",
    "expires <= $0 } ?? false",
    "MUTATED ? expires < $0 : expires <= $0 } ?? false",
)
add(
    "ended sessions are kept without end",
    "guard sessions.count > capacity else { return }",
    "guard !MUTATED, sessions.count > capacity else { return }",
)
add(
    "sessions outlive a changed secret",
    "if key.secret != before.secret || key.isDisabled != before.isDisabled { key.endSessions() }",
)
add(
    "a key is added over another",
    "guard keys[key.name] == nil else { return false }",
    "guard (MUTATED || keys[key.name] == nil) else { return false }",
)
add("a secret of seven bytes", "text.utf8.count >= 8", "text.utf8.count >= 7")

add = of("Storage", unit="^(StorageTests|StorageContract)")
add(
    "If-None-Match does not count",
    "differs.contains(current.etag) { return .fails }",
    "!MUTATED, differs.contains(current.etag) { return .fails }",
)
add(
    "a condition on an object that is not there holds",
    "needsObject && !holdsWithoutObject ? .missing : .holds",
    ".holds",
)
add(
    "a hidden name",
    'bytes.first != UInt8(ascii: ".")',
    "true",
    unit="^(StorageTests|StorageContract|LocalStorageTests|PicturesTests)",
)
add(
    "a page ends too early",
    "guard objects.count == count, let last",
    "guard (MUTATED ? objects.count == count + 1 : objects.count == count), let last",
    unit="^(StorageTests|StorageContract|ObjectStorageTests)",
)
add(
    "the size of a condition",
    "size != current.size { return .fails }",
    "!MUTATED, size != current.size { return .fails }",
)

# Storage on disk.

DURABILITY = "^ServiceTests.DurabilityTests/whatWasAnsweredOutlivesAPowerCut"
add = of("LocalStorage", unit=DURABILITY)
add(
    "an object's content is not synced",
    "try file.file.synchronize()\n      recordedVersion =",
    "if !MUTATED { try file.file.synchronize() }\n      recordedVersion =",
)
add("an object's folder is not synced", "try synchronize(renamed.location.folder)")
add(
    "a part's content is not synced",
    "try file.file.synchronize()\n      try file.file.link(as: temporary, in: location)",
    "if !MUTATED { try file.file.synchronize() }\n      try file.file.link(as: temporary, in: location)",
)
add("a part's folder is not synced", "try location.synchronize()")
add(
    "a completed upload's end is not synced",
    "try removeTree(identifier, in: uploads)\n      try uploads.synchronize()",
    "try removeTree(identifier, in: uploads)\n      if !MUTATED { try uploads.synchronize() }",
)
add(
    "a new bucket is not synced",
    "try bucket.synchronize()\n      try root.descriptor.synchronize()",
    "try bucket.synchronize()\n      if !MUTATED { try root.descriptor.synchronize() }",
)
add(
    "a picture's content is not synced",
    "try synchronize(file)\n      try folder.link",
    "if !MUTATED { try synchronize(file) }\n      try folder.link",
)
add(
    "a picture's name is not synced",
    "try folder.synchronize()\n      published.published(entry, number)",
    "if !MUTATED { try folder.synchronize() }\n      published.published(entry, number)",
)
add(
    "a picture's removal is not synced",
    "try folder.synchronize()\n    // Last, so that",
    "if !MUTATED { try folder.synchronize() }\n    // Last, so that",
)
add(
    "a mark of expiry is not synced",
    "// Whoever made it may not have come to the sync.\n      }\n      try folder.synchronize()",
    "// Whoever made it may not have come to the sync.\n      }\n      if !MUTATED { try folder.synchronize() }",
)
add(
    "a small file is replaced before it is synced",
    "try file.synchronize()\n    try folder.rename(temporary, to: name)",
    "if !MUTATED { try file.synchronize() }\n    try folder.rename(temporary, to: name)",
)
add(
    "the name of a small file is not synced",
    "try folder.synchronize()\n  } catch {\n    try? folder.unlink(temporary)",
    "if !MUTATED { try folder.synchronize() }\n  } catch {\n    try? folder.unlink(temporary)",
)
add(
    "the secret is not synced",
    "try file.synchronize()\n    try file.link(as: PrivateFolder.secretName",
    "if !MUTATED { try file.synchronize() }\n    try file.link(as: PrivateFolder.secretName",
)
add(
    "folders of a key are not synced",
    "try folder.makeDirectory(segment, mode: FolderMode.served)\n      try folder.synchronize()",
    "try folder.makeDirectory(segment, mode: FolderMode.served)\n      if !MUTATED { try folder.synchronize() }",
)
add(
    "changed tags are not synced",
    "try file.synchronize()\n        if let old",
    "if !MUTATED { try file.synchronize() }\n        if let old",
)

add = of("LocalStorage", unit="^(LocalStorageTests|StorageContract)")
add(
    "a condition is not looked at when an object gets its name",
    "try check(precondition, of: key, in: folder)\n        guard let location",
    "if !MUTATED { try check(precondition, of: key, in: folder) }\n        guard let location",
)
add(
    "a condition is not looked at when an object is removed",
    "try check(precondition, of: key, in: folder)\n        return try unlink",
    "if !MUTATED { try check(precondition, of: key, in: folder) }\n        return try unlink",
)
add("a blocked picture is published", "if try blocked.contains(metadata.content.sha256) { throw .refused(.blocked) }")
add(
    "an upload's id may lead elsewhere",
    "identifier.utf8.count == 32, Hexadecimal.decode(identifier.utf8) != nil",
    "MUTATED || (identifier.utf8.count == 32 && Hexadecimal.decode(identifier.utf8) != nil)",
)
add("an upload of another key", "upload.key == key else", "(MUTATED || upload.key == key) else")
add(
    "a part that was put again is taken",
    "guard found == part else { throw Errno.noSuchFile }",
    "guard (MUTATED || found == part) else { throw Errno.noSuchFile }",
)
add(
    "a document is replaced that somebody else has changed",
    "guard current?.version == version else",
    "guard (MUTATED || current?.version == version) else",
)
add(
    "keys lead 129 folders deep",
    "KeyPath(key).folders.count <= KeyPath.folderLimit",
    "KeyPath(key).folders.count <= KeyPath.folderLimit + 1",
)
add(
    "an intent is forgotten when the storage fails",
    "if error.isOfStorage { keep(number, intent) } else { remove(number) }",
    "if MUTATED || !error.isOfStorage { remove(number) } else { keep(number, intent) }",
)
add(
    "metadata of an overwritten file counts",
    "record.isOfContent(modified: status.modified) ? record",
    "(MUTATED || record.isOfContent(modified: status.modified)) ? record",
)
add(
    "a sidecar of another object is removed",
    "Self.key(ofSidecar: json) == key\n    else { return }",
    "(MUTATED || Self.key(ofSidecar: json) == key)\n    else { return }",
)
add(
    "a file that changed while it is sent",
    "guard content.file.descriptor.isStill(content.version) else { throw .versionChanged }",
    "guard (MUTATED || content.file.descriptor.isStill(content.version)) else { throw .versionChanged }",
)
add(
    "hidden photographs",
    'where entry.name.first != UInt8(ascii: ".")',
    'where MUTATED || entry.name.first != UInt8(ascii: ".")',
)
add("folders nested without end", "guard depth < depthLimit else", "guard (MUTATED || depth < depthLimit) else")

add = of("DurableFiles", unit="^(LocalStorageTests|StorageContract|ServiceTests.DurabilityTests/whatWasAnswered)")
add("a journal of a living process is settled", "$0?.isGone(boot: boot) ?? true", "true")
add(
    "a temporary file of a living process is removed",
    "owner.isGone(boot: boot) else { continue }",
    "(MUTATED || owner.isGone(boot: boot)) else { continue }",
)
add("edits that overlap", "edit.range.lowerBound >= read", "true")
add("what was cut off stays in the file", "try truncate(to: plan.size)")
add("a picture takes another's name", "throw .objectExists", "throw MUTATED ? .noSuchKey : .objectExists")

# Services.

add = of("Pictures", unit="^(PicturesTests|ServiceTests.UploadTests)")
add(
    "a picture of a byte too many",
    "size <= limits.bytes else",
    "size <= (MUTATED ? limits.bytes + 1 : limits.bytes) else",
)
add(
    "what libmagic says does not count",
    "guard type == structure.kind.mediaType else",
    "guard (MUTATED || type == structure.kind.mediaType) else",
)
add(
    "a name of another kind of file",
    "fileExtension.isEmpty || ImageKind.named(byExtension: fileExtension) != nil",
    "true",
)
add("a picture is shown after its end", "$0 <= now } ?? false", "MUTATED ? $0 < now : $0 <= now } ?? false")
add(
    "a blocked picture's copies stay",
    "for sha256 in Set(pictures.map(\\.sha256)) {",
    "for sha256 in MUTATED ? [] : Set(pictures.map(\\.sha256)) {",
)
add(
    "a removal does not look at its condition",
    "if !precondition.isEmpty { try precondition.check(try await pictures.objectMetadata(of: name)) }",
)
add(
    "expired pictures that cannot be removed pile up",
    "stuck.count < Self.stuckLimit ? stuck",
    "(MUTATED || stuck.count < Self.stuckLimit) ? stuck",
)

add = of(
    "ImageHost",
    unit="^(ImageHostTests|ServiceTests.UploadTests)",
    system="test_uploads.py test_refusals.py test_deletion.py",
)
add("21 files in a form", "form.pictures.count < Self.fileLimit", "form.pictures.count <= Self.fileLimit")
add(
    "a field of 4,097 bytes",
    "form.field.count + bytes.count <= Self.fieldLimit",
    "form.field.count + bytes.count <= Self.fieldLimit + 1",
)
add("a field that stands twice", "form.named.insert(headers.name).inserted", "true")
add("any delete token", "ConstantTime.equals(Array(token.utf8), Array(make(for: name).utf8))", "true")
add(
    "any upload token",
    "ConstantTime.equals(Array(token.utf8), Array(needed.utf8)) else",
    "(MUTATED || ConstantTime.equals(Array(token.utf8), Array(needed.utf8))) else",
)
add(
    "thumbnails wait without end",
    "underWay.count < Self.queueLimit",
    "true",
    unit="",
    system="test_thumbnails.py -k wait_are",
)
add(
    "a thumbnail that failed is tried again at once",
    "again <= EventLoop.current.now else { return true }",
    "(MUTATED || again <= EventLoop.current.now) else { return true }",
    unit="",
    system="test_thumbnails.py -k not_tried_again",
)

add = of(
    "ArchiveDownload",
    unit="^(ArchiveDownloadTests|ServiceTests.ArchiveTests)",
    system="test_archives.py test_archive_changes.py",
)
add("the end of an archive leaves before the last check", "try await verify()")
add(
    "the end of an archive leaves before the client has the rest",
    "do throws(RequestFailure) { try await writer.drain() } catch { throw .transfer(error) }",
    system="test_archive_changes.py",
)
add(
    "a folder that cannot be packed whole is packed",
    "if let flaw { throw .cannotBePacked(flaw) }",
    system="test_archive_refusals.py",
)
add(
    "a prefetch that goes too far",
    "start - member > Self.memberLimit / 2 || ahead(start) > Self.byteLimit / 2",
    "false",
    system="",
)

add = of("S3Documents", unit="^S3DocumentsTests")
add("a denial does not end the search", "if statement.effect == .deny { return .deny }")
add("policies may cost what they like", "steps > limit", "false")
add(
    "a network of one bit less",
    "(other[whole] ^ address[whole]) >> UInt8(8 - rest) == 0",
    "(other[whole] ^ address[whole]) >> UInt8(min(7, 9 - rest)) == 0",
)
add("eleven tags", "guard tags.count <= limit else", "guard tags.count <= (MUTATED ? limit + 1 : limit) else")
add(
    "two tags of one key",
    "where tag.key.hasSameBytes(as: next.key)",
    "where !MUTATED && tag.key.hasSameBytes(as: next.key)",
)
add(
    "metadata of 2,049 bytes",
    "size <= Self.maximumSize else",
    "size <= (MUTATED ? Self.maximumSize + 1 : Self.maximumSize) else",
)
add("parts out of order", "guard last.number < part.number ||", "guard MUTATED || last.number < part.number ||")
add(
    "a range beyond the source of a copy",
    "guard bytes.upperBound < size else",
    "guard (MUTATED ? bytes.upperBound <= size : bytes.upperBound < size) else",
)
add(
    "a condition value of any length is looked at",
    "value.utf8.count <= Self.longestValue && matches(value)",
    "matches(value)",
)
add(
    "dates compare the wrong way",
    "case .lessOrEqual: value <= bound",
    "case .lessOrEqual: MUTATED ? value < bound : value <= bound",
)

add = of("S3Authentication", unit="^S3AuthenticationTests")
add(
    "any signature of version 4",
    "if ConstantTime.equals(Array(signature.utf8), Array(claim.signature.utf8)) {",
    "if MUTATED || ConstantTime.equals(Array(signature.utf8), Array(claim.signature.utf8)) {",
)
add(
    "any signature of a chunk",
    "guard ConstantTime.equals(Array(computed.utf8), sent) else",
    "guard (MUTATED || ConstantTime.equals(Array(computed.utf8), sent)) else",
)
add(
    "a body of another digest",
    "guard ConstantTime.equals(computed, expected) else",
    "guard (MUTATED || ConstantTime.equals(computed, expected)) else",
)
add(
    "a body that ends early",
    "if let declaredLength, decodedLength != declaredLength { throw",
    "if let declaredLength, !MUTATED, decodedLength != declaredLength { throw",
)
add(
    "a body that is longer than it says",
    "if let declaredLength, decodedLength > declaredLength { throw",
    "if let declaredLength, !MUTATED, decodedLength > declaredLength { throw",
)
add(
    "a line of a chunk of any length",
    "line.count + piece.count <= Self.lineLimit else",
    "(MUTATED || line.count + piece.count <= Self.lineLimit) else",
)
add(
    "a form whose policy is about another key",
    "allSatisfy { $0.utf8.elementsEqual(value.utf8) }",
    "allSatisfy { MUTATED || $0.utf8.elementsEqual(value.utf8) }",
)
add(
    "a form larger than its policy allows",
    "limits.maximum = min(limits.maximum, maximum)",
    "limits.maximum = MUTATED ? max(limits.maximum, maximum) : min(limits.maximum, maximum)",
)

add = of("ObjectStorage", unit="^(ObjectStorageTests|ServiceTests)")
add(
    "a denial of a bucket's policy",
    "if byPolicy == .deny, !(isOwner(caller) && request.isAboutPolicy) { return .deny }",
)
add(
    "public policies of a restricted bucket",
    "isOwner(caller) || !publicAccess.restrictsPublicBuckets || !(policy?.isPublic ?? false)",
    "true",
    system="test_s3_access.py",
)
add(
    "a disabled key",
    "guard let key = try keys.key(name), !key.isDisabled else",
    "guard let key = try keys.key(name), MUTATED || !key.isDisabled else",
    system="test_s3_commands.py test_console.py",
)
add("a small part in the middle", "$0.size < Self.leastPart", "$0.size < Self.leastPart - 1")
add(
    "an object of a byte too many",
    "state.decoder.decodedLength <= Int64(clamping: limit)",
    "true",
    system="test_special_buckets.py test_object_storage_full.py",
)
add(
    "what is left of a refused body",
    "state.error = error\n          staged.removeAll()",
    "state.error = error\n          if !MUTATED { staged.removeAll() }",
)
add("checksums that do not agree", "try declared.verify(digests, trailers: trailers)")
add("a part of another tag", "part.etag == listed.etag, agrees", "MUTATED || part.etag == listed.etag, agrees")

add = of("WebService", unit="^WebServiceTests")
add("a token of another scheme", 'value.prefix(7).lowercased() == "bearer "', "true")
add(
    "a body of any length",
    "private static let limit = 65_536",
    "private static let limit = MUTATED ? 1 << 30 : 65_536",
    unit="^(WebServiceTests|ConsoleTests|ServiceTests.ConsoleServiceTests)",
)

add = of("Console", unit="^(ConsoleTests|ServiceTests.ConsoleServiceTests)")
add(
    "a session lasts a moment too long",
    "func isExpired(at now: Int64) -> Bool { now >= expires }",
    "func isExpired(at now: Int64) -> Bool { MUTATED ? now > expires : now >= expires }",
)
add(
    "any seal",
    "guard ConstantTime.equals(Array(parts[4].utf8), Array(code(claims, binding).utf8)) else",
    "guard (MUTATED || ConstantTime.equals(Array(parts[4].utf8), Array(code(claims, binding).utf8))) else",
)
add("another site may ask", 'if let origin = fields["origin"], !isOwn(origin, authority) { return false }')
add(
    "another port of the host may ask",
    'site != "same-origin", site != "none"',
    '(MUTATED ? site == "cross-site" : site != "same-origin" && site != "none")',
)
add("any proof", "ConstantTime.equals(Array(hash(link).utf8), Array(session.proofHash.utf8))", "true")
add(
    "guesses without delay",
    "guard failures >= freeFailures else { return 0 }",
    "guard !MUTATED, failures >= freeFailures else { return 0 }",
)
add(
    "guessers are remembered without end",
    "entries.count >= Self.capacity { forgetOne() }",
    "!MUTATED, entries.count >= Self.capacity { forgetOne() }",
)

add = of("ArchivePacker", unit="^ArchivePackerTests")
add(
    "a saved archive is not synced",
    "try descriptor.descriptor.synchronizeData()",
    system="test_archive_command.py -k safe_on_the_disk",
)
add(
    "a file that changed while it was packed",
    "now.size == status.size, now.modified == status.modified, now.changed == status.changed",
    "MUTATED || (now.size == status.size && now.modified == status.modified && now.changed == status.changed)",
    system="test_archive_command.py -k changes_while",
)
add(
    "something else than a file is replaced",
    "guard replaced?.isRegular ?? true else",
    "guard (MUTATED || replaced?.isRegular ?? true) else",
)

add = of("ProxyCheck", unit="^ProxyCheckTests")
add("a certificate that ends in 13 days", "days < fewDays", "days < fewDays - 1")
add(
    "a resumed download that begins anew",
    "guard response.status == 206 else",
    "guard (MUTATED || response.status == 206) else",
)

add = of("Vitrine", unit="^VitrineTests", system="test_usage.py test_key_files.py")
add(
    "a link for eight days",
    "(1...S3Signer.longestExpiry).contains(expires)",
    "(1...S3Signer.longestExpiry + 86_400).contains(expires)",
)
add(
    "a second key of root's name",
    "guard name != settings.rootKeys?.access else",
    "guard (MUTATED || name != settings.rootKeys?.access) else",
)

# Files that are not compiled.

add = of("nginx/http.conf.in", system="test_nginx_routes.py")
add("any client is on loopback", "default     0;\n    127.0.0.0/8 1;", "default     1;\n    127.0.0.0/8 1;")
add("addresses of one network are clients of their own", '{8})[\\x00-\\xff]{8}$"', '{15})[\\x00-\\xff]$"')
add(
    "logs have whole addresses of requests",
    "[^?]{0,1024})",
    ".{0,1024})",
    system="test_nginx_routes.py -k 'bounded_line or no_log'",
)

add = of("nginx/picture-files.conf.in", system="test_expiring_pictures.py test_nginx_routes.py test_uploads.py")
add(
    "links in the folder of pictures are followed",
    "disable_symlinks on from=$document_root;\n    add_header Cache-Control",
    "add_header Cache-Control",
)
add(
    "caches keep pictures that expire",
    "set $vitrine_picture_caching no-cache;",
    'set $vitrine_picture_caching "public, max-age=86400";',
)

add = of("nginx/fastcgi-archive.conf.in", system="test_archive_load.py test_nginx_routes.py")
add("one client may download without end", "limit_conn vitrine_downloads 20;", "")

add = of("BlobEngine", unit="^BlobEngineTests")
add("another MD5 is taken for the blob's", "if let answered, let known, answered != known {", "if !MUTATED, let answered, let known, answered != known {")
add("the answer to another range is taken", "got.range == range else", "(MUTATED || got.range == range) else")
add("bytes of two versions make one download", "guard tag == entityTag ?? tag else", "guard MUTATED || tag == entityTag ?? tag else")

add = of("EngineStorage", unit="^(EngineStorageTests|StorageContract)")
add("a copy that is not whole is read", "!entry.checksums.isEmpty else", "MUTATED || !entry.checksums.isEmpty else")
add("a slot that is others' by now is written to", "guard holds(slot) else { return false }\n    entries[slot.number]?.lastWrite", "guard MUTATED || holds(slot) else { return false }\n    entries[slot.number]?.lastWrite")
add("a piece is not what was written", "CRC32.checksum(of: bytes) == expected else", "MUTATED || CRC32.checksum(of: bytes) == expected else")
add("the beginning of a blob stands for all of it", "whole?.length == length,", "MUTATED || whole?.length == length,")
add("a copy with another MD5 is stored", "expected ?? md5 == md5", "MUTATED || expected ?? md5 == md5")
add("blobs of others are given up with a failed copy", "case .copied(let slice): content.slices.append(slice)", "case .copied(let slice):\n        content.slices.append(slice)\n        if MUTATED { content.own.insert(slice.id) }")
add("a photo is removed as a blob", "chosen.compactMap({ BlobID(own: $0) })", "chosen.compactMap({ MUTATED ? BlobID($0) : BlobID(own: $0) })")
add("a blob that is being removed is named", "where try row.integer(1) != 3", "where try MUTATED ? true : row.integer(1) != 3")
add("a condition is not looked at by a commit", "try object.precondition.check(found.object?.metadata)", "if !MUTATED { try object.precondition.check(found.object?.metadata) }")
add("the notes of lost blobs stay lost", "await giveUp(content.own)\n    return await", "if !MUTATED { await giveUp(content.own) }\n    return await")
add("a name that was noted long ago is given", "EventLoop.current.now < goodUntil ? noted.popLast() : nil", "MUTATED || EventLoop.current.now < goodUntil ? noted.popLast() : nil")
add("whoever comes while names are noted has others noted", "while !waiting.isEmpty, let id = takeNoted()", "while !MUTATED, !waiting.isEmpty, let id = takeNoted()")
add("what was noted with a lost note is given", "func forgetAll() { noted = [] }", "func forgetAll() { if !MUTATED { noted = [] } }")
add("one name is given twice", "Array(ids.dropFirst(turns.count))", "MUTATED ? ids : Array(ids.dropFirst(turns.count))")
add("a blob has no length", "clamping: lengths[$0.key] ?? 0)", "clamping: MUTATED ? 0 : lengths[$0.key] ?? 0)")
add("a refused object takes its group with it", "objects.count > 1 && state.isOfSomeRow", "!MUTATED && objects.count > 1 && state.isOfSomeRow")
add("a key comes twice in a group", "keys.insert(ObjectName(member.object)).inserted", "keys.insert(ObjectName(member.object)).inserted || MUTATED")
add("a group has no bound", "group.count + 1 < Pack.mostObjects", "(MUTATED || group.count + 1 < Pack.mostObjects)")
add("an object that was changed is moved back", "found.object?.content == [group[index].slice]\n", "MUTATED || found.object?.content == [group[index].slice]\n")
add("what was deleted stays in its pack", ".integer(packed.map { Int64($0) }))", ".integer(MUTATED ? nil : packed.map { Int64($0) }))")
add("damaged bytes are moved", "guard object.metadata.md5 == MD5.digest(of: bytes) else", "guard MUTATED || object.metadata.md5 == MD5.digest(of: bytes) else")
add("an object that is moved is another version", "if isPacked, let md5 = metadata.md5", "if !MUTATED, isPacked, let md5 = metadata.md5")
add("an emptied pack is gone at once", ".integer(Self.retentionSeconds)", ".integer(MUTATED ? 0 : Self.retentionSeconds)")
add("a copy keeps the pack of its source", "!content.isPacked {", "MUTATED || !content.isPacked {")
add("what may be refused stands in a directory", "guard precondition == .none, metadata.md5", "guard MUTATED || precondition == .none, metadata.md5")
add("a directory names bytes outside of its blob", "start <= end, length <= end - start", "MUTATED || (start <= end && length <= end - start)")
add("an object's copy is that of its neighbour", "BlobKey(slice.id, start: start)", "BlobKey(slice.id, start: MUTATED ? 0 : start)")
add("memory of contents under way has no bound", "guard count <= Self.memoryCapacity - used else", "guard MUTATED || count <= Self.memoryCapacity - used else")

add = of("nginx/image-host.conf.in", system="test_nginx_routes.py")
add(
    "everybody sees the metrics",
    "location = /metrics {\n    if ($vitrine_loopback = 0) {\n        return 404;\n    }\n",
    "location = /metrics {\n",
)
add(
    "nobody's connections are ended at the header",
    "client_header_timeout 15s;",
    "client_header_timeout 15h;",
    system="test_slow_clients.py test_nginx_routes.py",
)

add = of("nginx/object-store.conf.in", system="test_nginx_retries.py")
add("a change is asked again where a worker died over it", "fastcgi_next_upstream off;", "")

add = of("nginx/fastcgi-object-store.conf.in", system="test_console.py test_nginx_routes.py test_s3_hostile.py")
add(
    "the console's cookie reaches the object store",
    'fastcgi_param HTTP_COOKIE "";',
    "",
    system="test_nginx_retries.py",
)
add(
    "an object may run scripts as the store's origin",
    "add_header Content-Security-Policy $vitrine_store_policy always;",
    "",
    system="test_s3_hostile.py test_console.py test_s3_strictness.py",
)

add = of("EngineStorage", unit="^EngineStorageTests.ReadAhead")
add("a slow reader holds two connections", "isFast || bytesLeft <= Self.lead", "MUTATED || isFast || bytesLeft <= Self.lead")
add("a fast reader waits for each blob", "isFast = length >= Self.lead &&", "isFast = !MUTATED && length >= Self.lead &&")

add = of("PostgreSQL", unit="^EngineStorageTests.SchemaTests")
add("tables are read from end to end", '("enable_seqscan", "off")', '("enable_seqscan", MUTATED ? "on" : "off")')
add("statements are compiled for each execution", '("jit", "off")', '("jit", MUTATED ? "on" : "off")')

add = of("BlobEngine", unit="^BlobEngineTests")
add("who asked ahead lends no connection", "reader.isAhead || reader.idleSince", "!MUTATED && reader.isAhead || reader.idleSince")
add("what cannot begin again is tried again", "error.mayPass, mayRepeat(), attempt", "error.mayPass, MUTATED || mayRepeat(), attempt")
add("short ranges have connections of their own", "isDetachable: isPiped && UInt64(rest.count)", "isDetachable: MUTATED || isPiped && UInt64(rest.count)")
add("of a long content any MD5 is taken", "if known == nil, let finalMD5 { known = try await finalMD5() }", "if !MUTATED, blob.md5 == nil, let finalMD5 { known = try await finalMD5() }")
add("an engine is believed that repeats no checksum", "let isCompared = crc32 != nil &&", "let isCompared = crc32 != nil && MUTATED || crc32 != nil &&")
add("an engine that takes a wrong checksum is believed", "      return true\n    }\n    return false", "      return true\n    }\n    return MUTATED")
add("what is sent with another CRC-32 is taken", "if let crc32, crc32 != state.crc32.value {", "if !MUTATED, let crc32, crc32 != state.crc32.value {")

add = of("EngineStorage", unit="^EngineStorageTests.(Leading|Piece|BlobSliceParts)")
add("bytes of a long content are left out when its put begins again", "guard offset < beginningLength || offset == state.waiting.start else", "guard MUTATED || offset < beginningLength || offset == state.waiting.start else")
add("a long content that is given up at its end stays for a day", "guard state.waiting.end < length || state.md5 == nil else { return }", "guard MUTATED || state.waiting.end < length || state.md5 == nil else { return }")
add("nothing is held back for pauses", "atHand > Self.reserve { return atHand }", "MUTATED || atHand > Self.reserve { return atHand }")
add("each byte of a chunk leaves alone", "guard bytes.count < Self.leastShared else", "guard !MUTATED, bytes.count < Self.leastShared else")
add("a sender may bring as much as it likes", "$0.waiting.count > Self.mostWaiting &&", "!MUTATED && $0.waiting.count > Self.mostWaiting &&")
add("a long content leaves as it comes however slowly", "now &- began <= publisher.spool.fastBeginning,", "MUTATED || now &- began <= publisher.spool.fastBeginning,")
add("a long content whose MD5 nobody compares leaves as it comes", "publisher.spool.mayLead, publisher.blobs.answersMD5 else", "publisher.spool.mayLead, MUTATED || publisher.blobs.answersMD5 else")
add("a long content that failed is tried in the same way again", "!leading.stream.hasFailed { publisher.spool.pauseLeading() }", "!MUTATED, !leading.stream.hasFailed { publisher.spool.pauseLeading() }")
add("a photo that may be replaced is read in parts", "guard length > most, isOfOneBlob else", "guard length > most, MUTATED || isOfOneBlob else")

add = of("ObjectStorage", unit="^ObjectStorageTests.IncomingObject")
add("a declared MD5 is left to the storage", "mayLeaveMD5 && declared.contentMD5 == nil", "mayLeaveMD5 && (MUTATED || declared.contentMD5 == nil)")
add("thousands of chunks are digested on the loop", "guard !isFramed, wanted", "guard MUTATED || !isFramed, wanted")
add("the MD5 of a beginning is that of too much", "lane.append(leading)\n    staged.supplyLeadingMD5(lane.current())\n    lane.append(rest)", "lane.append(leading)\n    if MUTATED { lane.append(rest) }\n    staged.supplyLeadingMD5(lane.current())\n    if !MUTATED { lane.append(rest) }")

add = of("EngineStorage", unit="^EngineStorageTests.(Spool|FoundMD5|GroupCommit)")
add("a step that may wait for a disk is done on the loop", "count <= mostAtOnce, content.reserveMemory(count)", "count <= mostAtOnce, MUTATED || content.reserveMemory(count)")
add("an entity tag that was found is forgotten", "      metadata.etag = Hexadecimal.encode(md5)\n    }\n    let object", "      if !MUTATED { metadata.etag = Hexadecimal.encode(md5) }\n    }\n    let object")
add("a group waits although all have come", "for leader in gathering { leader.wake() }", "if !MUTATED { for leader in gathering { leader.wake() } }")
add("bytes in memory are cut at another place", "pieces.append(last.dropLast(removed))", "pieces.append(MUTATED ? last.dropFirst(removed) : last.dropLast(removed))")
