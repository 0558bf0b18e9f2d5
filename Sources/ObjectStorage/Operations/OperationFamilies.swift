internal import EventLoop

/// What carries the operations out, by families. Each says in its declaration what it needs.
@EventLoopActor
struct OperationFamilies {
  let buckets: BucketOperations
  let documents: BucketDocuments
  let accessControl: AccessControl
  let listing: ObjectListing
  let reading: ObjectReading
  let writing: ObjectWriting
  let copying: ObjectCopying
  let deletion: ObjectDeletion
  let tagging: ObjectTagging
  let uploads: MultipartUploads
  let forms: FormPosts
  let archives: FolderArchives
}
