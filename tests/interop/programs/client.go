// Go's client against our sample handler: `go run client.go <origin> <ca file>`. Ends with 0 if all
// is as it should be.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
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
}

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
