// Go's client against our sample handler: `go run client.go <origin> <ca file>`. Ends with 0 if all
// is as it should be.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

func main() {
	origin, caFile := os.Args[1], os.Args[2]
	ca, err := os.ReadFile(caFile)
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	client := &http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots},
	}}
	for _, size := range []int{0, 1, 16384, 65535, 65536, 1 << 20, 5 << 20} {
		body := fetch(client, "GET", fmt.Sprintf("%s/bytes/%d", origin, size), nil)
		expect(len(body) == size, "a response of %d bytes has %d", size, len(body))
		upload := bytes.Repeat([]byte{'a'}, size)
		echo := fetch(client, "POST", origin+"/echo", upload)
		expect(bytes.Equal(echo, upload), "an upload of %d bytes comes back with %d", size, len(echo))
	}
	var group sync.WaitGroup
	for index := range 500 {
		group.Add(1)
		go func() {
			defer group.Done()
			body := fetch(client, "GET", fmt.Sprintf("%s/bytes/%d", origin, index), nil)
			expect(len(body) == index, "response %d has %d bytes", index, len(body))
		}()
	}
	group.Wait()
	expect(string(fetch(client, "GET", origin+"/", nil)) == "hello", "no greeting")
	readLate(client, origin)
}

// A small buffer gives a large window back late and in many updates. A request beside it shows whether
// the connection lives through that.
func readLate(client *http.Client, origin string) {
	held, hold := io.Pipe()
	beside := make(chan error)
	go func() {
		response, err := client.Post(origin+"/echo", "text/plain", held)
		if err == nil {
			_, err = io.ReadAll(response.Body)
		}
		beside <- err
	}()
	size := 4<<20 - 1024
	response, err := client.Get(fmt.Sprintf("%s/bytes/%d", origin, size))
	check(err)
	time.Sleep(200 * time.Millisecond)
	count, err := bufio.NewReaderSize(response.Body, 4096).WriteTo(byteCounter{})
	check(err)
	expect(int(count) == size, "a response of %d bytes has %d", size, count)
	expect(string(fetch(client, "GET", origin+"/", nil)) == "hello", "no greeting")
	hold.Close()
	check(<-beside)
}

// Has no ReadFrom, so that it is given what the reader's buffer holds.
type byteCounter struct{}

func (byteCounter) Write(bytes []byte) (int, error) { return len(bytes), nil }

func fetch(client *http.Client, method, url string, body []byte) []byte {
	request, err := http.NewRequest(method, url, bytes.NewReader(body))
	check(err)
	response, err := client.Do(request)
	check(err)
	defer response.Body.Close()
	expect(response.ProtoMajor == 2, "it is %s", response.Proto)
	expect(response.StatusCode == 200, "the status is %d", response.StatusCode)
	all, err := io.ReadAll(response.Body)
	check(err)
	return all
}

func check(err error) {
	expect(err == nil, "%v", err)
}

func expect(holds bool, format string, values ...any) {
	if !holds {
		fmt.Fprintf(os.Stderr, format+"\n", values...)
		os.Exit(1)
	}
}
