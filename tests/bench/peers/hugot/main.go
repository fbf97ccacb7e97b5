// Hugot serves hugot's own text-classification pipeline on ONNX Runtime, by Go's HTTP
// server: hugot LIBRARY_FOLDER MODEL_FOLDER ADDRESS.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"

	"github.com/knights-analytics/hugot"
	"github.com/knights-analytics/hugot/options"
	"github.com/knights-analytics/hugot/pipelines"
)

func main() {
	session, err := hugot.NewORTSession(options.WithOnnxLibraryPath(os.Args[1]))
	if err != nil {
		log.Fatal(err)
	}
	classifier, err := hugot.NewPipeline(session, hugot.TextClassificationConfig{
		ModelPath: os.Args[2], Name: "classifier", Options: []hugot.TextClassificationOption{pipelines.WithSoftmax()},
	})
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /score", func(w http.ResponseWriter, r *http.Request) {
		var request struct{ Text string }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer, err := classifier.RunPipeline([]string{request.Text})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(answer.ClassificationOutputs[0])
	})
	log.Fatal(http.ListenAndServe(os.Args[3], nil))
}
