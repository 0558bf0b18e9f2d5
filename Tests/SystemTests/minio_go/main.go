// A round of minio-go as Debian packages it: objects whose size is known and unknown, readers that seek and do not,
// parts one after the other and at the same time, with checksums as trailers and without. It ends with status 1 and a
// line that says what is wrong.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand"
	"net/url"
	"os"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const mebibyte = 1 << 20

// unseekable hides all of a reader but Read.
type unseekable struct{ reader io.Reader }

func (u unseekable) Read(p []byte) (int, error) { return u.reader.Read(p) }

type upload struct {
	name    string
	size    int
	told    bool
	seeks   bool
	options minio.PutObjectOptions
}

func uploads() []upload {
	var all []upload
	for _, size := range []int{0, 1, 5 * mebibyte, 12*mebibyte + 7} {
		for _, told := range []bool{true, false} {
			for _, seeks := range []bool{true, false} {
				for _, threads := range []uint{1, 4} {
					if size == 0 && !told && threads > 1 {
						// The library itself refuses an empty stream that is to be put in parts at the same time.
						continue
					}
					options := minio.PutObjectOptions{PartSize: 5 * mebibyte, NumThreads: threads}
					// The library reads ahead for parts at the same time only where it is told to.
					options.ConcurrentStreamParts = threads > 1
					options.UserMetadata = map[string]string{"Artist_Name": "Ada"}
					name := fmt.Sprintf("%d-%t-%t-%d", size, told, seeks, threads)
					all = append(all, upload{name, size, told, seeks, options})
					// With parts at the same time, the library digests all of them with one hash.
					if threads == 1 {
						options.SendContentMd5 = true
						all = append(all, upload{name + "-md5", size, told, seeks, options})
					}
				}
			}
		}
	}
	return all
}

func (u upload) run(client *minio.Client, bucket string) error {
	ctx := context.Background()
	content := make([]byte, u.size)
	rand.New(rand.NewSource(int64(u.size))).Read(content)
	var reader io.Reader = bytes.NewReader(content)
	if !u.seeks {
		reader = unseekable{reader}
	}
	size := int64(-1)
	if u.told {
		size = int64(u.size)
	}
	info, err := client.PutObject(ctx, bucket, u.name, reader, size, u.options)
	if err != nil {
		return fmt.Errorf("put: %w", err)
	}
	if info.Size != int64(u.size) {
		return fmt.Errorf("%d bytes put", info.Size)
	}
	facts, err := client.StatObject(ctx, bucket, u.name, minio.StatObjectOptions{})
	if err != nil {
		return fmt.Errorf("stat: %w", err)
	}
	if facts.Size != int64(u.size) || facts.ETag != info.ETag || facts.UserMetadata["Artist_name"] != "Ada" {
		return fmt.Errorf("stat says %+v", facts)
	}
	object, err := client.GetObject(ctx, bucket, u.name, minio.GetObjectOptions{})
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	defer object.Close()
	got, err := io.ReadAll(object)
	if err != nil || !bytes.Equal(got, content) {
		return fmt.Errorf("%d other bytes got: %w", len(got), err)
	}
	return client.RemoveObject(ctx, bucket, u.name, minio.RemoveObjectOptions{})
}

func round(address *url.URL, bucket string, trailers bool) error {
	client, err := minio.New(address.Host, &minio.Options{
		Creds:           credentials.NewEnvAWS(),
		Secure:          address.Scheme == "https",
		TrailingHeaders: trailers,
	})
	if err != nil {
		return err
	}
	for _, upload := range uploads() {
		if err := upload.run(client, bucket); err != nil {
			return fmt.Errorf("trailers %t, %s: %w", trailers, upload.name, err)
		}
	}
	for object := range client.ListObjects(context.Background(), bucket, minio.ListObjectsOptions{Recursive: true}) {
		return fmt.Errorf("%s is still there (%w)", object.Key, object.Err)
	}
	return nil
}

func main() {
	address, err := url.Parse(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	for _, trailers := range []bool{false, true} {
		if err := round(address, os.Args[2], trailers); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
