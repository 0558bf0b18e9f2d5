import Digests
import HTTPSemantics
import Posix
import Storage

@testable import AccountRecords
@testable import LocalStorage

/// Takes any text for what stands in attributes, in files beside objects and in shared documents. Whoever can write files
/// into a data folder can write those: what is read must be what this program could have written, and is the same after
/// it was written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecordedMetadata(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  checkPicture(bytes)
  _ = UploadedPart.number(of: bytes)
  _ = SidecarName(String(decoding: bytes, as: UTF8.self))
  guard let json = try? JSONParser.parse(bytes) else { return 0 }
  checkObject(json)
  checkUpload(json)
  if let key = BucketFolder.key(ofSidecar: json) { precondition(KeyPath.isKey(key)) }
  if let configuration = BucketConfiguration(json) {
    precondition(BucketConfiguration(configuration.json) == configuration, "another bucket")
  }
  if let key = AccessKey(json) { precondition(AccessKey(key.json)?.json == key.json, "another key") }
  if let lists = EndedSessionList.lists(json) {
    precondition(
      EndedSessionList.lists(EndedSessionList.json(lists)) != nil, "sessions that cannot be read again")
  }
  return 0
}

private func checkPicture(_ bytes: [UInt8]) {
  guard let metadata = PictureAttributes(bytes, originalName: "cat.jpg") else { return }
  precondition(metadata.width >= 0 && metadata.height >= 0 && metadata.content.size <= UInt64(Int64.max))
  var again = PictureAttributes(metadata.encoded, originalName: "cat.jpg")
  // What is no address is not written.
  again?.uploader = metadata.uploader
  precondition(again == metadata, "another picture")
}

private func checkObject(_ json: JSONValue) {
  if let record = ObjectRecord(json) {
    precondition(record.metadata.partSizes.isEmpty || record.metadata.partSizes.sumOfSizes == record.metadata.size)
    guard let again = ObjectRecord(record.json) else { preconditionFailure("a record that cannot be read again") }
    precondition(again.metadata == record.metadata, "another object")
  }
}

private func checkUpload(_ json: JSONValue) {
  if let upload = MultipartUpload("identifier", json) {
    precondition(KeyPath.isKey(upload.key))
    precondition(MultipartUpload("identifier", upload.json) == upload, "another upload")
  }
  if let size = json["size"]?.intValue, size >= 0, let part = UploadedPart(1, json, length: UInt64(size)) {
    precondition(UploadedPart(1, part.json, length: part.size) == part, "another part")
  }
}
