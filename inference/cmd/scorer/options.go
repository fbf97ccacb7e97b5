package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/batcher"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// modelOptions say which model is loaded, and how it runs.
type modelOptions struct {
	ModelDir  string `env:"SCORER_MODEL_DIR,AZUREML_MODEL_DIR" placeholder:"DIR" help:"Folder of the model, or one above it."`
	ModelFile string `env:"SCORER_MODEL_FILE" placeholder:"FILE" help:"ONNX file or model.safetensors in the folder of --model-dir; its default is the most precise one."`
	Optimized string `env:"SCORER_OPTIMIZED" enum:"auto,off" default:"auto" help:"auto: serve what 'scorer optimize' made, if it is there; off: serve the export as it is."`
	runtimeOptions
}

type runtimeOptions struct {
	Library  string `name:"onnxruntime-library" env:"SCORER_ONNXRUNTIME_LIBRARY" placeholder:"FILE" help:"ONNX Runtime's shared library; found automatically where scripts/fetch-onnxruntime.sh puts it."`
	Threads  int    `env:"SCORER_THREADS" default:"0" help:"Threads that compute; 0 means one for each processor."`
	Spinning bool   `env:"SCORER_SPINNING" help:"Let idle threads wait busily: a little faster on a machine that does nothing else."`
}

// limitOptions are what the server takes at once.
type limitOptions struct {
	MaxBatchTokens        int           `env:"SCORER_MAX_BATCH_TOKENS" default:"512" help:"Tokens in a batch."`
	MaxClientBatchSize    int           `env:"SCORER_MAX_CLIENT_BATCH_SIZE" default:"256" help:"Texts in a request."`
	MaxConcurrentRequests int           `env:"SCORER_MAX_CONCURRENT_REQUESTS" default:"512" help:"Requests waiting or running; more get 429."`
	MaxInputLength        int           `env:"SCORER_MAX_INPUT_LENGTH" default:"0" help:"Tokens of a text; 0 means as many as the model takes."`
	Truncation            bool          `env:"SCORER_TRUNCATION" default:"true" negatable:"" help:"Truncate texts that are too long; otherwise they get 422."`
	MaxBodyBytes          int64         `env:"SCORER_MAX_BODY_BYTES" default:"5242880" help:"Bytes of a request's body."`
	BodyMemory            int64         `name:"body-memory-mib" env:"SCORER_BODY_MEMORY_MIB" default:"384" help:"MiB that the bodies of all requests, and what is made of them, may take together; beyond that requests get 429."`
	RequestTimeout        time.Duration `env:"SCORER_REQUEST_TIMEOUT" default:"30s" help:"Time for a request; one that takes longer gets 504."`
}

func (o limitOptions) check() error {
	for _, c := range []struct {
		name      string
		value     int64
		low, high int64
	}{
		{"max-batch-tokens", int64(o.MaxBatchTokens), 1, 1 << 20},
		{"max-client-batch-size", int64(o.MaxClientBatchSize), 1, 1 << 16},
		{"max-concurrent-requests", int64(o.MaxConcurrentRequests), 1, 1 << 16},
		{"max-input-length", int64(o.MaxInputLength), 0, 1 << 20},
		{"max-body-bytes", o.MaxBodyBytes, 1 << 10, 1 << 30},
		{"body-memory-mib", o.BodyMemory, 64, 1 << 20},
	} {
		if c.value < c.low || c.value > c.high {
			return outOfRange(c.name, c.value, fmt.Sprintf("%d to %d", c.low, c.high))
		}
	}
	if o.MaxInputLength == 1 || o.MaxInputLength == 2 {
		return outOfRange("max-input-length", o.MaxInputLength, "0, or from 3 on: two tokens are special ones")
	}
	if o.RequestTimeout < time.Millisecond || o.RequestTimeout > time.Hour {
		return outOfRange("request-timeout", o.RequestTimeout, "1ms to 1h")
	}
	return nil
}

func outOfRange(flag string, value any, allowed string) error {
	return usageError{fmt.Errorf("--%s is %v, it can be %s", flag, value, allowed)}
}

func (o runtimeOptions) check() error {
	if most := 8 * runtime.NumCPU(); o.Threads < 0 || o.Threads > most {
		return outOfRange("threads", o.Threads, fmt.Sprintf("0 to %d", most))
	}
	return nil
}

// init loads ONNX Runtime.
func (o runtimeOptions) init() error {
	if err := o.check(); err != nil {
		return err
	}
	path, err := onnxlib.Locate(o.Library)
	if err != nil {
		return err
	}
	return onnx.Init(path)
}

// find finds the model folder.
func (o modelOptions) find() (*modelstore.Folder, error) {
	if o.ModelDir == "" {
		return nil, usageError{fmt.Errorf("no model folder is named: use --model-dir, SCORER_MODEL_DIR or AZUREML_MODEL_DIR")}
	}
	return modelstore.Find(o.ModelDir, modelstore.Options{GraphFile: o.ModelFile, Plain: o.Optimized == "off"})
}

// classifier loads a model that classifies texts.
func (o modelOptions) classifier(p pipeline.Options) (*pipeline.Classifier, error) {
	folder, err := o.find()
	if err != nil {
		return nil, err
	}
	if folder.Config.Task != modelstore.TextClassification {
		return nil, fmt.Errorf("%s is for %s (%s), a model that classifies texts is needed here: name one with --model-dir", folder.Dir, folder.Config.Task, folder.Config.Architecture)
	}
	if err := o.init(); err != nil {
		return nil, err
	}
	return pipeline.Load(folder, pipeline.Runtime{Threads: o.Threads, Spinning: o.Spinning}, p)
}

// pipeline are the limits of the pipeline; observer may be nil.
func (o limitOptions) pipeline(observer batcher.Observer) pipeline.Options {
	return pipeline.Options{
		MaxBatchTokens: o.MaxBatchTokens, MaxConcurrentRequests: o.MaxConcurrentRequests,
		MaxInputTokens: o.MaxInputLength, Observer: observer,
	}
}

func (o limitOptions) limits(maxTokens int) api.Limits {
	return api.Limits{
		MaxInputLength: maxTokens, MaxClientBatchSize: o.MaxClientBatchSize, MaxBatchTokens: o.MaxBatchTokens,
		MaxConcurrentRequests: o.MaxConcurrentRequests, MaxBodyBytes: o.MaxBodyBytes,
		RequestTimeoutSeconds: o.RequestTimeout.Seconds(), Truncation: o.Truncation,
	}
}
