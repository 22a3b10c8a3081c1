// The original as a judge: executes templates with Go's own text/template, set up as Ollama does.
//
// stdin:  {"data": value, "templates": ["...", ...]}
// stdout: [{"output": "..."} or {"error": "..."}, ...]
//
// In the data {"$int": 5} is an int, {"$ints": [1, 2]} a []int, {"$strings": ["a"]} a []string,
// {"$person": {...}} a pointer to a struct, {"$place": {...}} a struct. All else is what
// encoding/json makes of it.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"text/template"
	"time"
)

type place struct {
	City string `json:"city"`
	Zip  int    `json:"zip,omitempty"`
	Note any    `json:"note"`
}

type person struct {
	Name  string
	Age   int
	Tags  []string
	Extra any
	Home  place
}

type verdict struct {
	Output string `json:"output"`
	Error  string `json:"error"`
}

func integer(value any) int { return int(value.(float64)) }

func build(value any) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = build(value[i])
		}
	case map[string]any:
		for key := range value {
			value[key] = build(value[key])
		}
		if number, ok := value["$int"]; ok {
			return integer(number)
		}
		if list, ok := value["$strings"]; ok {
			return texts(list)
		}
		if list, ok := value["$ints"]; ok {
			numbers := []int{}
			for _, item := range list.([]any) {
				numbers = append(numbers, integer(item))
			}
			return numbers
		}
		if fields, ok := value["$place"]; ok {
			m := fields.(map[string]any)
			return place{m["City"].(string), m["Zip"].(int), m["Note"]}
		}
		if fields, ok := value["$person"]; ok {
			m := fields.(map[string]any)
			return &person{m["Name"].(string), m["Age"].(int), m["Tags"].([]string), m["Extra"], m["Home"].(place)}
		}
	}
	return value
}

func texts(list any) []string {
	result := []string{}
	for _, item := range list.([]any) {
		result = append(result, item.(string))
	}
	return result
}

func judge(text string, data any) (result verdict) {
	functions := template.FuncMap{
		"json": func(v any) string {
			text, _ := json.Marshal(v)
			return string(text)
		},
		"currentDate":      func(...string) string { return time.Now().Format("2006-01-02") },
		"yesterdayDate":    func(...string) string { return time.Now().AddDate(0, 0, -1).Format("2006-01-02") },
		"toTypeScriptType": func(any) string { return "any" },
	}
	parsed, err := template.New("").Option("missingkey=zero").Funcs(functions).Parse(text)
	var out bytes.Buffer
	if err == nil {
		err = parsed.Execute(&out, data)
	}
	if err != nil {
		return verdict{Error: err.Error()}
	}
	return verdict{Output: out.String()}
}

func main() {
	var question struct {
		Data      any      `json:"data"`
		Templates []string `json:"templates"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&question); err != nil {
		panic(err)
	}
	data := build(question.Data)
	verdicts := []verdict{}
	for _, text := range question.Templates {
		verdicts = append(verdicts, judge(text, data))
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		panic(err)
	}
}
